package accounts

import (
	"fmt"
	"time"
)

// Date is a day of the calendar, without a time and a zone, as providers show it.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// IsZero reports that no date is known.
func (d Date) IsZero() bool { return d == Date{} }

// String is the date as the file has it; empty for none.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day)
}

// ParseDate reads a date such as 2027-03-31.
func ParseDate(text string) (Date, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return Date{}, fmt.Errorf("%s is not a date such as 2027-03-31", Shown(text))
	}
	return Date{t.Year(), t.Month(), t.Day()}, nil
}

// Time is the beginning of the day in UTC.
func (d Date) Time() time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC) }

// SoonDays is from how many days before the end date a client counts as one that expires soon.
const SoonDays = 30

// DaysLeft counts the days from now's date to the end date, in UTC: 0 on the day itself, negative
// after it. At what hour of its last day a provider ends a client is not known, so the day still
// counts.
func DaysLeft(now time.Time, expires Date) int {
	today := now.UTC().Truncate(24 * time.Hour)
	return int(expires.Time().Sub(today) / (24 * time.Hour))
}

// Expiry is what an end date means today.
type Expiry struct {
	Known bool
	Days  int // left; negative: so many days ago
	Soon  bool
	Past  bool
}

// ExpiryAt looks at the end date on a day.
func ExpiryAt(now time.Time, expires Date) Expiry {
	if expires.IsZero() {
		return Expiry{}
	}
	days := DaysLeft(now, expires)
	return Expiry{Known: true, Days: days, Soon: days >= 0 && days <= SoonDays, Past: days < 0}
}

// String is the expiry in a few words; empty where no date is known.
func (e Expiry) String() string {
	switch {
	case !e.Known:
		return ""
	case e.Days == 0:
		return "expires today"
	case e.Days == 1:
		return "expires tomorrow"
	case e.Days == -1:
		return "expired yesterday"
	case e.Past:
		return fmt.Sprintf("expired %d days ago", -e.Days)
	}
	return fmt.Sprintf("expires in %d days", e.Days)
}
