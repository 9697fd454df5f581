package registry

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/credguide/credguide/internal/sandbox/world"
)

// Made is a client that was made without a form: on the dashboard, or by those who answer requests.
// Its secret is given out once.
type Made struct {
	Name, ID, Secret string
	Expires          time.Time // zero: never
	where            string    // the environment
}

// ticket is a request that somebody answers.
type ticket struct {
	text     string
	answered time.Time // from then on
	ever     bool
	client   Made // once the answer was read
	read     bool
}

// Limits of what a person enters.
const (
	longestName = 60
	longestText = 5000
	mostMade    = 1000 // clients, and as many requests and organisations: a page that is left open must not fill the memory
)

// Create makes a client as the dashboard does. The day of expiry is written as in 2027-03-31, or
// empty.
func (g *Registry) Create(name, expires string) (Made, error) {
	m := Made{Name: strings.TrimSpace(name), where: world.Dashboard}
	switch {
	case m.Name == "":
		return m, errors.New("enter a name")
	case len(m.Name) > longestName:
		return m, fmt.Errorf("a name has at most %d characters", longestName)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if expires != "" {
		day, err := time.Parse(time.DateOnly, expires)
		if err != nil || !day.After(g.now()) {
			return m, errors.New("choose an expiry date in the future, or none")
		}
		m.Expires = day
	}
	return g.issue(m)
}

// issue registers a client; g.mu is held.
func (g *Registry) issue(m Made) (Made, error) {
	if len(g.made) >= mostMade {
		return m, errors.New("there are too many clients; delete one")
	}
	m.ID, m.Secret = "sb-"+world.NewUUID(), world.NewSecret()
	g.world.IDPs[m.where].Register(&world.Client{
		ID: m.ID, Secret: m.Secret, Sub: world.NewUUID(), Expires: m.Expires, OptionalScopes: []string{"email", "profile"},
	})
	kept := m
	kept.Secret = ""
	g.made = append(g.made, kept)
	return m, nil
}

// Delete removes a client from the dashboard and from its identity provider.
func (g *Registry) Delete(id string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.made = slices.DeleteFunc(g.made, func(m Made) bool {
		found := m.ID == id && m.where == world.Dashboard
		if found {
			g.world.IDPs[m.where].Unregister(id)
		}
		return found
	})
}

// Clients are those of the dashboard, without their secrets.
func (g *Registry) Clients() []Made {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(g.made), func(m Made) bool { return m.where != world.Dashboard })
}

// Ask sends a request to those who make clients, and returns its number. They answer at the pace of
// the administrator.
func (g *Registry) Ask(text string) (int, error) {
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return 0, errors.New("write what you need")
	case len(text) > longestText:
		return 0, fmt.Errorf("a request has at most %d characters", longestText)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.tickets) >= mostMade {
		return 0, errors.New("there are too many requests")
	}
	after, ever := usual(g.pace.Approve)
	g.tickets = append(g.tickets, &ticket{text: text, answered: g.now().Add(after), ever: ever})
	return len(g.tickets), nil
}

// Answer is the answer to a request, with the secret, which is given out once. It is false as long
// as nobody has answered.
func (g *Registry) Answer(number int) (Made, bool, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if number < 1 || number > len(g.tickets) {
		return Made{}, false, fmt.Errorf("no request %d", number)
	}
	t := g.tickets[number-1]
	switch {
	case !t.open(g.now()):
		return Made{}, false, nil
	case t.read:
		return t.client, true, nil
	}
	made, err := g.issue(Made{Name: t.name(number), where: world.Desk})
	if err != nil {
		return made, false, err
	}
	t.client, t.read = made, true
	t.client.Secret = ""
	return made, true, nil
}

// open tells that the answer is there.
func (t *ticket) open(now time.Time) bool { return t.ever && !now.Before(t.answered) }

// name is what the text calls the client, or its number.
func (t *ticket) name(number int) string {
	for line := range strings.Lines(t.text) {
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), "Name: "); ok && len(name) <= longestName {
			return name
		}
	}
	return fmt.Sprintf("request %d", number)
}
