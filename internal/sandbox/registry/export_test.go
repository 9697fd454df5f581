package registry

import "time"

// SetClock gives the registry another clock.
func (g *Registry) SetClock(now func() time.Time) { g.now = now }
