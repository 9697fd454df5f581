package operations

import (
	"bytes"
	"cmp"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	apps "k8s.io/api/apps/v1"
	batch "k8s.io/api/batch/v1"
	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"
)

const folder = "../../../docs/operations"

// meta is what every resource has.
type meta struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Metadata   struct {
		Name      string            `json:"name"`
		Namespace string            `json:"namespace,omitempty"`
		Labels    map[string]string `json:"labels,omitempty"`
	} `json:"metadata"`
}

// serviceMonitor is the part of the Prometheus operator's resource that is used here; its own types
// bring a whole client.
type serviceMonitor struct {
	meta `json:",inline"`
	Spec struct {
		JobLabel string `json:"jobLabel"`
		Selector struct {
			MatchLabels map[string]string `json:"matchLabels"`
		} `json:"selector"`
		Endpoints []struct {
			Port     string `json:"port"`
			Interval string `json:"interval"`
		} `json:"endpoints"`
	} `json:"spec"`
}

// cluster is what a set of files makes, decoded without tolerance: an unknown key is an error.
type cluster struct {
	namespaces  []core.Namespace
	configs     []core.ConfigMap
	volumes     []core.PersistentVolumeClaim
	services    []core.Service
	deployments []apps.Deployment
	jobs        []batch.CronJob
	policies    []networking.NetworkPolicy
	monitors    []serviceMonitor
}

func decodeCluster(t *testing.T, name string, text []byte) (c cluster) {
	t.Helper()
	for _, document := range bytes.Split(text, []byte("\n---\n")) {
		var m meta
		if err := yaml.Unmarshal(document, &m); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var err error
		switch m.APIVersion + " " + m.Kind {
		case "v1 Namespace":
			c.namespaces, err = strictly(c.namespaces, document)
		case "v1 ConfigMap":
			c.configs, err = strictly(c.configs, document)
		case "v1 PersistentVolumeClaim":
			c.volumes, err = strictly(c.volumes, document)
		case "v1 Service":
			c.services, err = strictly(c.services, document)
		case "apps/v1 Deployment":
			c.deployments, err = strictly(c.deployments, document)
		case "batch/v1 CronJob":
			c.jobs, err = strictly(c.jobs, document)
		case "networking.k8s.io/v1 NetworkPolicy":
			c.policies, err = strictly(c.policies, document)
		case "monitoring.coreos.com/v1 ServiceMonitor":
			c.monitors, err = strictly(c.monitors, document)
		default:
			t.Fatalf("%s: a resource of a kind that nothing here reads: %s %s", name, m.APIVersion, m.Kind)
		}
		if err != nil {
			t.Fatalf("%s, %s %s: %v", name, m.Kind, m.Metadata.Name, err)
		}
	}
	return c
}

func strictly[T any](list []T, document []byte) ([]T, error) {
	var one T
	err := yaml.UnmarshalStrict(document, &one)
	return append(list, one), err
}

// kustomized builds a folder as kubectl apply -k does.
func kustomized(t *testing.T, dir string) cluster {
	t.Helper()
	resources, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), dir)
	if err != nil {
		t.Fatal(err)
	}
	text, err := resources.AsYaml()
	if err != nil {
		t.Fatal(err)
	}
	return decodeCluster(t, dir, text)
}

func TestTheExporterOnKubernetes(t *testing.T) {
	c := kustomized(t, folder+"/kubernetes")
	if len(c.namespaces) != 1 || len(c.deployments) != 1 || len(c.services) != 1 || len(c.policies) != 1 || len(c.monitors) != 1 || len(c.volumes) != 1 || len(c.configs) != 1 {
		t.Fatalf("%+v", c)
	}
	d, s, m := c.deployments[0], c.services[0], c.monitors[0]
	namespace := c.namespaces[0].Name
	for _, in := range []string{d.Namespace, s.Namespace, m.Metadata.Namespace, c.policies[0].Namespace, c.volumes[0].Namespace, c.configs[0].Namespace} {
		if in != namespace {
			t.Errorf("a resource is in the namespace %q, not in %s", in, namespace)
		}
	}
	pod := d.Spec.Template
	mustBeLocked(t, pod, "/secrets")
	if !selects(d.Spec.Selector.MatchLabels, pod.Labels) || !selects(s.Spec.Selector, pod.Labels) || !selects(m.Spec.Selector.MatchLabels, s.Labels) {
		t.Error("a selector does not find what it is for")
	}
	port := s.Spec.Ports[0]
	container := pod.Spec.Containers[0]
	if container.Ports[0].Name != port.TargetPort.StrVal || m.Spec.Endpoints[0].Port != port.Name || m.Spec.JobLabel != "app.kubernetes.io/name" || s.Labels[m.Spec.JobLabel] != "credguide" {
		t.Errorf("the port %+v, the monitor %+v", port, m.Spec)
	}
	if start := container.StartupProbe; start == nil || start.FailureThreshold*start.PeriodSeconds < 600 || start.HTTPGet == nil || start.HTTPGet.Path != "/-/healthy" {
		t.Errorf("it is killed while it reads what many accounts left: %+v", start)
	}
	for name, probe := range map[string]*core.Probe{"/-/healthy": container.LivenessProbe, "/-/ready": container.ReadinessProbe} {
		if probe == nil || probe.HTTPGet == nil || probe.HTTPGet.Path != name || probe.HTTPGet.Port.StrVal != container.Ports[0].Name {
			t.Errorf("the probe of %s: %+v", name, probe)
		}
	}
	if at := slices.IndexFunc(pod.Spec.Volumes, func(v core.Volume) bool { return v.ConfigMap != nil && v.ConfigMap.Name == c.configs[0].Name }); at < 0 {
		t.Errorf("no volume has the list %s", c.configs[0].Name)
	}
	if at := slices.IndexFunc(pod.Spec.Volumes, func(v core.Volume) bool {
		return v.PersistentVolumeClaim != nil && v.PersistentVolumeClaim.ClaimName == c.volumes[0].Name
	}); at < 0 {
		t.Error("no volume keeps the results")
	}
	if !byDigest.MatchString(container.Image) {
		t.Errorf("the image %s is not fixed", container.Image)
	}
	policyFits(t, c.policies[0], pod)
}

func TestTheCronJobOnKubernetes(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(folder, "kubernetes", "cronjob.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, name := range []string{"namespace.yaml", "cronjob.yaml", "networkpolicy.yaml", "accounts.yaml", "kustomization.yaml"} {
		copied(t, filepath.Join(folder, "kubernetes", name), filepath.Join(dir, name))
	}
	// The other choice that kustomization.yaml tells of.
	kustomization := read(t, filepath.Join(dir, "kustomization.yaml"))
	for _, left := range []string{"volume.yaml", "service.yaml", "servicemonitor.yaml"} {
		kustomization = strings.Replace(kustomization, "  - "+left+"\n", "", 1)
	}
	write(t, filepath.Join(dir, "kustomization.yaml"), strings.Replace(kustomization, "  - deployment.yaml\n", "  - cronjob.yaml\n", 1))
	c := kustomized(t, dir)
	if len(c.jobs) != 1 || len(c.policies) != 1 {
		t.Fatalf("%s\n%+v", text, c)
	}
	job := c.jobs[0]
	mustBeLocked(t, job.Spec.JobTemplate.Spec.Template, "/secrets")
	policyFits(t, c.policies[0], job.Spec.JobTemplate.Spec.Template)
	jobFits(t, job)
	if image := job.Spec.JobTemplate.Spec.Template.Spec.Containers[0].Image; !byDigest.MatchString(image) {
		t.Errorf("the image %s is not fixed", image)
	}
}

var byDigest = regexp.MustCompile(`^[a-z0-9./-]+@sha256:[0-9a-f]{64}$`)

// jobFits: a job that failed is not started again, for it would make tokens over and over; and two
// do not run at once.
func jobFits(t *testing.T, job batch.CronJob) {
	t.Helper()
	spec := job.Spec.JobTemplate.Spec
	if job.Spec.ConcurrencyPolicy != batch.ForbidConcurrent || spec.BackoffLimit == nil || *spec.BackoffLimit != 0 || spec.ActiveDeadlineSeconds == nil ||
		spec.Template.Spec.RestartPolicy != core.RestartPolicyNever || len(strings.Fields(job.Spec.Schedule)) != 5 {
		t.Errorf("%+v", job.Spec)
	}
}

// mustBeLocked holds a pod against the restricted level of the Pod Security Standards, and more:
// nothing to write to but what is mounted for it, no token of the cluster, and secrets that nobody
// else in the pod can read.
func mustBeLocked(t *testing.T, pod core.PodTemplateSpec, secrets string) {
	t.Helper()
	spec, s := pod.Spec, pod.Spec.SecurityContext
	if spec.AutomountServiceAccountToken == nil || *spec.AutomountServiceAccountToken {
		t.Error("the pod gets a token of the cluster")
	}
	if s == nil || s.RunAsNonRoot == nil || !*s.RunAsNonRoot || s.RunAsUser == nil || *s.RunAsUser == 0 || s.SeccompProfile == nil || s.SeccompProfile.Type != core.SeccompProfileTypeRuntimeDefault {
		t.Fatalf("the pod's security context: %+v", s)
	}
	if len(spec.Containers) != 1 || len(spec.InitContainers) != 0 {
		t.Fatalf("%d containers", len(spec.Containers))
	}
	c := spec.Containers[0].SecurityContext
	if c == nil || c.AllowPrivilegeEscalation == nil || *c.AllowPrivilegeEscalation || c.ReadOnlyRootFilesystem == nil || !*c.ReadOnlyRootFilesystem ||
		c.Capabilities == nil || !slices.Equal(c.Capabilities.Drop, []core.Capability{"ALL"}) || len(c.Capabilities.Add) != 0 {
		t.Errorf("the container's security context: %+v", c)
	}
	if spec.Containers[0].Resources.Limits.Memory().IsZero() || spec.Containers[0].Resources.Requests.Cpu().IsZero() {
		t.Errorf("resources %+v", spec.Containers[0].Resources)
	}
	mounted := false
	for _, v := range spec.Volumes {
		at := slices.IndexFunc(spec.Containers[0].VolumeMounts, func(m core.VolumeMount) bool { return m.Name == v.Name })
		if at < 0 {
			t.Errorf("the volume %s is mounted nowhere", v.Name)
			continue
		}
		if v.Secret == nil {
			continue
		}
		mount := spec.Containers[0].VolumeMounts[at]
		mounted = mount.MountPath == secrets && mount.ReadOnly
		// Its files belong to root: without the group, who is not root could not read them with
		// this mode.
		if v.Secret.DefaultMode == nil || *v.Secret.DefaultMode != 0o400 || s.FSGroup == nil || *s.FSGroup == 0 {
			t.Errorf("the secret's mode %v, group %v", v.Secret.DefaultMode, s.FSGroup)
		}
	}
	if !mounted {
		t.Errorf("no secret is mounted at %s, to be read only", secrets)
	}
	for _, m := range spec.Containers[0].VolumeMounts {
		if !slices.ContainsFunc(spec.Volumes, func(v core.Volume) bool { return v.Name == m.Name }) {
			t.Errorf("there is no volume %s", m.Name)
		}
	}
}

func policyFits(t *testing.T, p networking.NetworkPolicy, pod core.PodTemplateSpec) {
	t.Helper()
	if !selects(p.Spec.PodSelector.MatchLabels, pod.Labels) || !slices.Equal(p.Spec.PolicyTypes, []networking.PolicyType{"Ingress", "Egress"}) {
		t.Errorf("the policy %+v does not hold for %v", p.Spec, pod.Labels)
	}
	open := map[int]bool{}
	for _, rule := range p.Spec.Egress {
		for _, port := range rule.Ports {
			open[port.Port.IntValue()] = true
		}
		if len(rule.Ports) == 0 {
			t.Error("every port is open")
		}
	}
	if !maps.Equal(open, map[int]bool{53: true, 443: true}) {
		t.Errorf("open are %v", open)
	}
}

// selects tells whether labels have all of a selector, which must not be empty: that would select
// everything.
func selects(selector, labels map[string]string) bool {
	for key, value := range selector {
		if labels[key] != value {
			return false
		}
	}
	return len(selector) > 0
}

func copied(t *testing.T, from, to string) {
	t.Helper()
	write(t, to, read(t, from))
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := cmp.Or(os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, []byte(text), 0o644)); err != nil {
		t.Fatal(err)
	}
}
