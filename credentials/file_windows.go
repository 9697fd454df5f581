package credentials

// openNonblocking has no meaning here: a Windows pipe is no file.
const openNonblocking = 0
