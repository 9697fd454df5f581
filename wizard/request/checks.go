package request

// checks are the judgements that a form's data can name.
var checks = map[string]check{
	"text":         {formText, serverTextRule},
	"choice":       {formChoice, serverChoice},
	"choices":      {formChoices, serverChoices},
	"scopes":       {formScopes, serverScopes},
	"seconds":      {formSeconds, serverSeconds},
	"tick":         {formTick, serverTick},
	"switch":       {formSwitch, serverSwitch},
	"contacts":     {formContacts, serverContacts},
	"redirect-uri": {formRedirects, serverRedirects},
	"pkce":         {formPKCE, serverPKCE},
	"entity-id":    {formText, serverEntityID},
	"keys":         {formKeys, serverKeys},
	"none":         {nothing, nothing},
}

func nothing(asked) *problem { return nil }

// problem is a reason for a refusal: a code, whose sentence is data, and what the sentence may
// mention.
type problem struct {
	code   string
	item   string
	length int
	min    int
	max    int
}
