package chat

import (
	"context"
	"time"

	"parley/wire"
)

// Segment is a file of old messages, sorted by conversation and seq.
type Segment struct {
	ID       int64
	Name     string // in the archive's storage
	Messages int64  // in the file
	Bytes    int64  // of the file
	SHA256   string // of the file, in hexadecimal digits
	MadeAt   time.Time
	Done     bool // false while rows of it may still have to be moved
}

// SegmentRange is a run of a conversation's messages that are in a segment and nowhere
// else.
type SegmentRange struct {
	Segment     int64
	Conv        ConvID
	First, Last int64 // seqs
	Row         int64 // of First in the file; the others follow
}

// MessageAt names a message.
type MessageAt struct {
	Conv ConvID
	Seq  int64
}

// ArchivableConv is a conversation with how far it was moved to segments.
type ArchivableConv struct {
	Conv     Conv
	Archived int64 // all messages up to here are in segments
	LastSeq  int64
}

// SegmentStore is the part of a store about messages that are in files. Of each conversation
// segments hold all messages from the first one on, and the store all the rest, at
// least the last one: a message is in exactly one of them at any time. node is who
// archives; all that change something answer ErrNotArchiver for any other.
type SegmentStore interface {
	Segments
	SegmentMoves
	SegmentFiles
	TextErasures
}

// Segments is the part of a SegmentStore that tells which messages are in which file.
type Segments interface {
	// Segments pages the segments by id.
	Segments(ctx context.Context, after int64, limit int) ([]Segment, error)
	// SegmentRanges returns what a segment holds, by conversation and seq.
	SegmentRanges(ctx context.Context, id int64) ([]SegmentRange, error)
	// SegmentOf finds the segment that holds a message; found is false if none does.
	SegmentOf(ctx context.Context, conv ConvID, seq int64) (s Segment, r SegmentRange, found bool, err error)
	// ArchivedUpTo returns how far conversations were moved to segments; those of which nothing
	// was are left out.
	ArchivedUpTo(ctx context.Context, convs []ConvID) (map[ConvID]int64, error)
}

// SegmentMoves is the part of a SegmentStore that moves messages between the store and files.
type SegmentMoves interface {
	// BeginArchiving makes a node the one that archives, unless another one that lives
	// does: ErrNotArchiver. EndArchiving gives that back.
	BeginArchiving(ctx context.Context, node NodeID) error
	EndArchiving(ctx context.Context, node NodeID) error
	// Archivable pages, by id, the conversations with more than one message in the store.
	Archivable(ctx context.Context, after ConvID, limit int) ([]ArchivableConv, error)
	// AddSegment records a file that is in its place, with no message moved to it yet.
	AddSegment(ctx context.Context, node NodeID, s Segment) (int64, error)
	// MoveToSegment removes messages, which must be a dense run behind all that was moved
	// before, and records where they are, in one transaction; they must stand in the store
	// exactly as they are given: ErrNotAsRead.
	MoveToSegment(ctx context.Context, node NodeID, r SegmentRange, messages []Message) error
	// FinishSegment records that nothing more is to be moved to a segment. One without
	// any message is forgotten.
	FinishSegment(ctx context.Context, node NodeID, id int64) error
	// MoveBack is the opposite of MoveToSegment: messages are the last that were moved of
	// their conversation. A segment that holds none any more is forgotten. Those that were
	// recalled meanwhile come back without their texts.
	MoveBack(ctx context.Context, node NodeID, messages []Message) error
	// ReplaceSegment puts another file, with the same rows, in the place of a segment's.
	ReplaceSegment(ctx context.Context, node NodeID, s Segment) error
	// GiveBack gives a piece of the room that messages have left back to the file system,
	// where the database does not do so itself, and reports whether there is more.
	GiveBack(ctx context.Context) (more bool, err error)
}

// SegmentFiles is the part of a SegmentStore about files that no segment has.
type SegmentFiles interface {
	// ExpectFile records that a file is about to be put into its place: until AddSegment or
	// ReplaceSegment has it, it counts as left over, as do the files of segments that are
	// forgotten or replaced.
	ExpectFile(ctx context.Context, node NodeID, name string) error
	// Leftovers returns the names of files that have been left over since before a time, and
	// that no segment has. ForgetFile is to be called when one was deleted.
	Leftovers(ctx context.Context, before time.Time, limit int) ([]string, error)
	ForgetFile(ctx context.Context, node NodeID, name string) error
}

// TextErasures is the part of a SegmentStore that empties what a user has said.
type TextErasures interface {
	// ConversationsOf returns the heads of all conversations that a user is or ever was in.
	ConversationsOf(ctx context.Context, user UserID) ([]Head, error)
	// EraseTexts empties the texts that a user has said in a run of a conversation, as far as
	// they are in the store, those of edits among them, and returns how many messages there were.
	EraseTexts(ctx context.Context, node NodeID, conv ConvID, user UserID, first, last int64) (int64, error)
	// SegmentRecalls lists recalled messages whose texts may still be in segments, by conversation
	// and seq, at most limit of them. A recall adds to the list, and ForgetRecalls takes off it.
	SegmentRecalls(ctx context.Context, limit int) ([]MessageAt, error)
	ForgetRecalls(ctx context.Context, node NodeID, list []MessageAt) error
}

// Errors of a SegmentStore.
var (
	ErrNotArchiver = &Error{Code: wire.Busy, Info: "another node is archiving: wait until it is done, or run it there"}
	ErrNotAsRead   = &Error{Code: wire.Internal, Info: "messages are no longer what was written to the segment; nothing of them was moved"}
)

// ColdError says that messages which are in a segment cannot be read now. Those up to
// Until are in the same place.
type ColdError struct {
	Until int64
	Cause error
}

// Error implements error.
func (e *ColdError) Error() string {
	return "chat: archived messages cannot be read: " + e.Cause.Error()
}

// Unwrap returns what a client is told, and the cause.
func (e *ColdError) Unwrap() []error {
	return []error{&Error{Code: wire.Archived, Cause: e.Cause}, e.Cause}
}
