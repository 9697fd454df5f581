package main

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// rounds runs the commands in turn, so that whatever else the machine does meets all of them alike.
// A first round that does not count fills the file cache.
func rounds(ctx context.Context, runs int, commands []command) ([][]measurement, error) {
	all := make([][]measurement, len(commands))
	for round := range runs + 1 {
		for i, c := range commands {
			m, err := measure(ctx, c)
			if err != nil {
				return nil, err
			}
			if round > 0 {
				all[i] = append(all[i], m)
			}
		}
	}
	return all, nil
}

// median of one figure; of an even number of values the lower middle one, which was really
// measured.
func median[T cmp.Ordered](list []measurement, of func(measurement) T) T {
	values := make([]T, 0, len(list))
	for _, m := range list {
		values = append(values, of(m))
	}
	slices.Sort(values)
	var none T
	if len(values) == 0 {
		return none
	}
	return values[(len(values)-1)/2]
}

func wall(m measurement) time.Duration { return m.Wall }
func cpu(m measurement) time.Duration  { return m.CPU }
func peak(m measurement) int64         { return m.Peak }
