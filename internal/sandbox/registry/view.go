package registry

import (
	"maps"
	"slices"
	"strconv"
	"time"
)

// How the registry shows a field that it was sent.
type shown int

const (
	asSent   shown = iota // null where it was not sent
	filled                // null where it was sent empty
	asNumber              // null where it is none
	asTick
)

// members are the fields of a request, as the registry gives them back.
var members = map[string]shown{
	"service_name": asSent, "service_description": asSent, "logo_uri": asSent, "policy_uri": asSent, "aup_uri": asSent, "website_url": asSent,
	"country": asSent, "integration_environment": asSent, "protocol": asSent, "contacts": asSent, "client_id": asSent, "client_secret": asSent,
	"application_type": asSent, "grant_types": asSent, "scope": asSent, "token_endpoint_auth_method": asSent, "code_challenge_method": asSent,
	"token_endpoint_auth_signing_alg": asSent, "access_token_validation_model": asSent,
	"jwks": filled, "jwks_uri": filled, "metadata_url": filled, "entity_id": filled, "redirect_uris": filled, "post_logout_redirect_uris": filled,
	"access_token_validity_seconds": asNumber, "refresh_token_validity_seconds": asNumber, "device_code_validity_seconds": asNumber,
	"id_token_timeout_seconds": asNumber, "organization_id": asNumber,
	"allow_introspection": asTick, "reuse_refresh_token": asTick, "clear_access_tokens_on_refresh": asTick,
}

// ticks are the policies of this tenant. They are shown where any of them was sent.
var ticks = []string{"egi_policy", "assurance_checkbox", "dpcoco"}

// record is a request as the registry gives it back.
func (g *Registry) record(p *Petition) map[string]any {
	doc := map[string]any{}
	for name, how := range members {
		v := p.fields[name]
		switch how {
		case asSent:
			doc[name] = v
		case filled:
			if doc[name] = nil; given(v) {
				doc[name] = v
			}
		case asNumber:
			doc[name] = nil
			if n, ok := number(v); ok {
				doc[name] = n
			}
		case asTick:
			doc[name] = v == true
		}
	}
	if slices.ContainsFunc(ticks, func(name string) bool { return p.fields[name] != nil }) {
		for _, name := range ticks {
			doc[name] = p.fields[name] == true
		}
	}
	if p.unnamed && p.accepted(g.now()) && !g.now().Before(p.Deployed) {
		doc["client_id"] = p.Request.ClientID // the deployment made one
	}
	doc["generate_client_secret"] = false // whatever was sent
	doc["organization_name"], doc["organization_url"] = nil, nil
	if o, ok := g.organisation(doc["organization_id"]); ok {
		doc["organization_name"], doc["organization_url"] = o.name, o.url
	}
	doc["requested_attributes"] = []any{}
	return doc
}

// petition is one request with what is known about it.
func (g *Registry) petition(p *Petition, caller string, asOpen bool) map[string]any {
	now := g.now()
	doc := g.record(p)
	if asOpen {
		doc["requested_attributes"] = nil
	}
	meta := map[string]any{
		"type": "create", "comment": orNull(p.comment), "submitted_at": stamp(p.edited), "requester": p.owner, "service_id": nil,
		"status": p.status, "reviewed_at": orNull(stamp(p.reviewed)), "owned": p.owner == caller,
	}
	if p.accepted(now) {
		meta["status"], meta["reviewed_at"], meta["service_id"] = "approve", stamp(p.Approved), p.service
	}
	return map[string]any{"petition": doc, "metadata": meta}
}

// service is one service with the state of its deployment.
func (g *Registry) service(p *Petition, caller string) map[string]any {
	state, since := p.state(g.now())
	doc := g.record(p)
	if doc["redirect_uris"] == nil {
		doc["redirect_uris"] = []any{}
	}
	whole := map[string]any{
		"service": doc, "owned": p.owner == caller, "state": state, "deployment_type": "create", "outdated": false,
		"last_edited": since.UTC().Format("2006-01-02T15:04:05.000Z"), "created_at": nil, "error": nil,
	}
	doc["created_at"] = nil
	if state == "deployed" {
		doc["created_at"], whole["created_at"] = stamp(since), since.UTC().Format("2006-01-02T15:04:05.000Z")
	}
	return whole
}

// row is one line of the list of services and open requests.
func (g *Registry) row(p *Petition, caller string) map[string]any {
	doc := g.record(p)
	line := map[string]any{
		"outdated": false, "service_id": nil, "petition_id": p.ID, "status": p.status, "type": "create", "state": nil, "deployment_type": nil,
		"comment": orNull(p.comment), "notification": p.status == changes || p.status == reviewRequested, "last_edited": stamp(p.edited), "created_at": nil,
		"owned": p.owner == caller, "group_manager": true, "group_id": p.group, "orphan": false, "owners": []string{},
	}
	if owner, ok := g.world.PersonOf(p.owner); ok {
		line["owners"] = []string{owner.Email}
	}
	for _, name := range []string{"service_name", "service_description", "logo_uri", "integration_environment", "country", "website_url", "organization_name"} {
		line[name] = doc[name]
	}
	if now := g.now(); p.accepted(now) {
		state, since := p.state(now)
		maps.Copy(line, map[string]any{
			"service_id": p.service, "petition_id": nil, "status": nil, "type": nil, "state": state, "deployment_type": "create", "comment": nil,
			"notification": false, "last_edited": stamp(since),
		})
		if state == "deployed" {
			line["created_at"] = stamp(since)
		}
	}
	return line
}

// rows are the services and open requests of one person, the last edited first.
func (g *Registry) rows(caller string, only func(*Petition) bool) []*Petition {
	now := g.now()
	since := func(p *Petition) time.Time {
		if p.accepted(now) {
			_, at := p.state(now)
			return at
		}
		return p.edited
	}
	var mine []*Petition
	for _, p := range g.petitions {
		if p.owner == caller && (p.accepted(now) || p.open(now)) && only(p) {
			mine = append(mine, p)
		}
	}
	slices.SortStableFunc(mine, func(a, b *Petition) int { return since(b).Compare(since(a)) })
	return mine
}

// list is a page of rows. The counts are texts, except that of nothing.
func (g *Registry) list(mine []*Petition, caller string, page, limit int) map[string]any {
	now := g.now()
	items, waiting := []any{}, 0
	for i, p := range mine {
		if p.status == reviewRequested && !p.accepted(now) {
			waiting++
		}
		if i >= (page-1)*limit && i < page*limit {
			items = append(items, g.row(p, caller))
		}
	}
	if len(mine) == 0 {
		return map[string]any{"list_items": items, "full_count": 0}
	}
	return map[string]any{
		"list_items": items, "full_count": strconv.Itoa(len(mine)), "outdated_count": "0", "request_review_count": strconv.Itoa(waiting),
	}
}

// stamp writes a moment as the registry's database does; "" for none.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.000000")
}

func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}
