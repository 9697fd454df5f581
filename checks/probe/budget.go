package probe

// maxRequests bounds what one check may cost the servers. The steps of a login that works need eight; what is left is for
// telling causes apart.
const maxRequests = 14

// spare is how many further requests may be made, when reserved of them are kept for the steps to come.
func (p *pass) spare(reserved int) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return max(maxRequests-len(p.requests)-reserved, 0)
}
