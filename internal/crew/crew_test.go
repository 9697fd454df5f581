package crew_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/credguide/credguide/internal/crew"
)

// As many run at a time as there are, none waits for another one, and nobody is left at the end.
func TestEachFunctionRunsOnceBesideTheOthers(t *testing.T) {
	for name, is := range map[string]bool{"a crew": true, "none": false} {
		synctest.Test(t, func(t *testing.T) {
			var c *crew.Crew
			if is {
				c = crew.New()
			}
			var ran atomic.Int32
			for range 3 {
				var group sync.WaitGroup
				meet := make(chan struct{})
				for range 200 {
					c.Run(&group, func() {
						<-meet
						ran.Add(1)
					})
				}
				synctest.Wait()
				close(meet)
				group.Wait()
				synctest.Wait()
			}
			if n := ran.Load(); n != 600 {
				t.Errorf("%s: %d of 600 ran", name, n)
			}
			if c != nil {
				c.Close() // a goroutine that stayed would end the test as a deadlock
			}
		})
	}
}
