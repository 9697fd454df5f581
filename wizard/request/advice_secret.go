package request

// ownSecret judges a secret that the person chose instead of a generated one. It never repeats it.
func ownSecret(secret string) string {
	if secret == "" {
		return ""
	}
	const enough = 24
	seen := map[rune]bool{}
	for _, r := range secret {
		seen[r] = true
	}
	switch length := len([]rune(secret)); {
	case length < enough:
		return "A secret of your own this short can be guessed. Let the form generate one, or use at least 24 random characters."
	case len(seen) < enough/3:
		return "This secret repeats few characters and can be guessed. Let the form generate one."
	default:
		return "The request holds a secret of your own: keep the file as private as a password, and do not commit it."
	}
}
