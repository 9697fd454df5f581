package check

import (
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/credguide/credguide/checks"
)

// loadDiagnoses begins to read the diagnoses. They are needed only when everything has been
// observed, so the program's own are read while the first requests are under way. Those of the
// user's folders may be wrong: then they are read at once, and nothing is sent before that is said.
func (c *checker) loadDiagnoses() error {
	c.diagnosesOnce = sync.OnceValues(func() (*checks.Catalog, error) { return checks.LoadRules(c.Catalogs...) })
	if slices.ContainsFunc(c.Catalogs, hasDiagnoses) {
		_, err := c.diagnosesOnce()
		return err
	}
	go func() {
		defer func() { _ = recover() }() // it comes again where the diagnoses are wanted, and is reported there
		_, _ = c.diagnosesOnce()
	}()
	return nil
}

func hasDiagnoses(folder string) bool {
	_, err := os.Lstat(filepath.Join(folder, "diagnoses"))
	return err == nil
}

// diagnoses waits until they are read. An error can only be in the program's own, which its tests
// hold good.
func (c *checker) diagnoses() *checks.Catalog {
	all, err := c.diagnosesOnce()
	if err != nil {
		panic(err)
	}
	return all
}
