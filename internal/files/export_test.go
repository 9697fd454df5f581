package files

// WriteWithin is Write with another patience, so that tests need not have that of a person.
var WriteWithin = write
