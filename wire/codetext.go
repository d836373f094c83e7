package wire

// Text is the code's own errinfo.
func (c Code) Text() string { return "" }
