//go:build acceptance

package keycloak

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/credguide/credguide/internal/dev/acceptance/certificates"
	"github.com/credguide/credguide/internal/dev/acceptance/java"
	"github.com/credguide/credguide/internal/dev/acceptance/process"
)

const (
	adminName     = "admin"
	adminPassword = "lab-admin-pw"
)

// jvm favours a quick start on few cores over throughput (serial collector,
// first compiler only), within half a gigabyte.
var jvm = []string{
	"-XX:MetaspaceSize=96M", "-XX:MaxMetaspaceSize=256m", "-Xms64m", "-Xmx512m",
	"-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xlog:disable", "-Xlog:all=error:stderr",
	"-Dfile.encoding=UTF-8", "-Duser.language=en", "-Duser.country=US",
	"-Djava.security.egd=file:/dev/urandom", "-Djava.net.preferIPv4Stack=true", "-Djgroups.bind_addr=127.0.0.1",
	"-Djava.util.concurrent.ForkJoinPool.common.threadFactory=io.quarkus.bootstrap.forkjoin.QuarkusForkJoinWorkerThreadFactory",
	"--add-opens=java.base/java.util=ALL-UNNAMED", "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
	"--add-opens=java.base/java.security=ALL-UNNAMED", "--add-opens=java.base/java.lang=ALL-UNNAMED",
}

// launch describes one start of the server.
type launch struct {
	version, home string
	run           string // working folder: database and log
	http, https   int
	archive       bool // record the loaded classes for later starts (AppCDS)
	extra         []string
	certificates  certificates.Set
}

func newLaunch(version, home, run string) (*launch, error) {
	set, err := certificates.Ensure()
	if err != nil {
		return nil, err
	}
	ports, err := process.FreePorts(2)
	if err != nil {
		return nil, err
	}
	return &launch{version: version, home: home, run: run, http: ports[0], https: ports[1], certificates: set}, nil
}

func (l *launch) log() string { return filepath.Join(l.run, "server.log") }

func (l *launch) base() string { return fmt.Sprintf("http://127.0.0.1:%d/auth", l.http) }

// start runs the server and waits until the master realm answers.
func (l *launch) start() (*process.Process, error) {
	log, err := os.Create(l.log())
	if err != nil {
		return nil, err
	}
	defer log.Close() // the child has its own descriptor
	command := java.Command(l.arguments()...)
	command.Dir = l.run
	command.Stdout, command.Stderr = log, log
	command.Env = append(os.Environ(),
		"KC_BOOTSTRAP_ADMIN_USERNAME="+adminName, "KEYCLOAK_ADMIN="+adminName,
		"KC_BOOTSTRAP_ADMIN_PASSWORD="+adminPassword, "KEYCLOAK_ADMIN_PASSWORD="+adminPassword,
		"KC_DB_URL=jdbc:h2:file:"+filepath.Join(l.run, "data", "h2", "keycloakdb")+";NON_KEYWORDS=VALUE;DB_CLOSE_ON_EXIT=FALSE")
	server, err := process.Start(command)
	if err != nil {
		return nil, err
	}
	if err := server.Ready(3*time.Minute, l.log(), l.answers); err != nil {
		server.Stop(0)
		return nil, fmt.Errorf("keycloak %s: %w", l.version, err)
	}
	return server, nil
}

// answers: 26.7 opens its port early and says 503 while it boots.
func (l *launch) answers() bool {
	client := http.Client{Timeout: 5 * time.Second}
	response, err := client.Get(l.base() + "/realms/master")
	if err != nil {
		return false
	}
	response.Body.Close()
	return response.StatusCode == http.StatusOK
}

func (l *launch) arguments() []string {
	var arguments []string
	arguments = append(arguments, jvm...)
	// A class archive saves about 1.5 s; a JVM that it does not fit ignores it.
	classes := filepath.Join(l.home, "classes.jsa")
	if l.archive {
		arguments = append(arguments, "-XX:ArchiveClassesAtExit="+classes)
	} else if _, err := os.Stat(classes); err == nil {
		arguments = append(arguments, "-XX:SharedArchiveFile="+classes)
	}
	arguments = append(arguments,
		"-Dkc.home.dir="+l.home,
		"-Djboss.server.config.dir="+filepath.Join(l.home, "conf"),
		"-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
		"-Dpicocli.disable.closures=true",
		"-Dquarkus-log-max-startup-records=10000",
		"-cp", filepath.Join(l.home, "lib", "quarkus-run.jar"),
		"io.quarkus.bootstrap.runner.QuarkusEntryPoint")
	return append(arguments, l.options()...)
}

// options are Keycloak's own. The issuer follows the request's scheme, host
// and port, because no host name is fixed. Requests from loopback may claim
// to come from elsewhere, for the cases about plain http.
func (l *launch) options() []string {
	options := []string{
		"start", "--optimized",
		"--http-enabled=true", "--hostname-strict=false", "--http-host=127.0.0.1",
		fmt.Sprintf("--http-port=%d", l.http), fmt.Sprintf("--https-port=%d", l.https),
		"--https-certificate-file=" + l.certificates.Server,
		"--https-certificate-key-file=" + l.certificates.ServerKey,
		"--log-level=INFO,org.keycloak.events:debug",
	}
	if AtLeast(l.version, "25") {
		options = append(options, "--http-management-port=0")
	}
	if AtLeast(l.version, "26") {
		options = append(options, "--cache=local")
	}
	if AtLeast(l.version, "24") {
		options = append(options, "--proxy-headers=xforwarded", "--https-trust-store-file="+l.certificates.CA)
	} else {
		options = append(options, "--https-client-auth=request", "--proxy=edge")
	}
	return append(options, l.extra...)
}
