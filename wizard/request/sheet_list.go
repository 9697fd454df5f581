package request

import "slices"

// tickSteps goes through the boxes in their order: clear those that the form opens with and the request lacks, tick the
// others. What has no box cannot be ticked, and the rules have refused it.
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

// listSteps is for a list that may offer boxes and takes entries of one's own as well.
func listSteps(f *field, wanted []string) []Step {
	steps := tickSteps(f, wanted)
	for _, preset := range defaults(f) {
		if !slices.Contains(f.Options, preset) && !slices.Contains(wanted, preset) {
			steps = append(steps, Step{Action: Remove, Text: preset})
		}
	}
	for _, own := range wanted {
		if !slices.Contains(f.Options, own) && !slices.Contains(defaults(f), own) {
			steps = append(steps, Step{Action: Add, Text: own, Copy: own})
		}
	}
	return steps
}

func textList(v any) []string {
	list, _ := v.([]any)
	return texts(list)
}
