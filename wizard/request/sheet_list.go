package request

import "slices"

// tickSteps goes through the boxes in their order: clear those that the form opens with and the
// request lacks, tick the others. What has no box cannot be ticked, and the rules have refused it.
func tickSteps(f *field, wanted []string) []Step {
	var steps []Step
	for _, option := range f.Options {
		action := tickAction(slices.Contains(wanted, option), slices.Contains(defaults(f), option))
		if action != Leave {
			steps = append(steps, Step{Action: action, Text: f.LabelOf(option)})
		}
	}
	return steps
}

// listSteps is for a list that takes entries of one's own. Where it offers boxes as well, which of
// them it has and which are ticked differs by registry, so each entry is made sure of; what is
// ticked beside them does no harm.
func listSteps(f *field, wanted []string) []Step {
	action := Add
	if len(f.Options) > 0 {
		action = Ensure
	}
	var steps []Step
	for _, text := range wanted {
		steps = append(steps, Step{Action: action, Text: text, Copy: text})
	}
	return steps
}

func textList(v any) []string {
	list, _ := v.([]any)
	return texts(list)
}
