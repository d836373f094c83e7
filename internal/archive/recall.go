package archive

import (
	"context"

	"parley/internal/chat"
)

// recallsAtOnce is how many recalled messages are dealt with at a time.
const recallsAtOnce = 1000

// EmptyRecalled takes the texts of recalled messages out of segments, which are written anew for
// that, and returns how many there were. The texts are hidden from the moment of the recall on; the
// old files are deleted by a run an hour later.
func (a *Archiver) EmptyRecalled(ctx context.Context) (n int64, err error) {
	list, err := a.Store.SegmentRecalls(ctx, 1)
	if err != nil || len(list) == 0 {
		return 0, err
	}
	err = a.locked(ctx, func(node chat.NodeID) error {
		for {
			list, err := a.Store.SegmentRecalls(ctx, recallsAtOnce)
			if err != nil || len(list) == 0 {
				return err
			}
			k, err := a.emptyRecalled(ctx, node, list)
			n += k
			if err != nil {
				return err
			}
		}
	})
	return n, err
}

func (a *Archiver) emptyRecalled(ctx context.Context, node chat.NodeID, list []chat.MessageAt) (n int64, err error) {
	recalled := make(map[chat.MessageAt]bool, len(list))
	in := map[int64]chat.Segment{}
	for _, m := range list {
		recalled[m] = true
		s, _, found, err := a.Store.SegmentOf(ctx, m.Conv, m.Seq)
		if err != nil {
			return 0, err
		}
		if found { // else it was brought back, and without its text
			in[s.ID] = s
		}
	}
	for _, s := range in {
		k, err := a.rewrite(ctx, node, s, func(r *record) bool {
			if r.Body == "" || !recalled[chat.MessageAt{Conv: chat.ConvID(r.Conversation), Seq: r.Seq}] {
				return false
			}
			r.Body, r.Extra = "", nil
			return true
		})
		n += k
		if err != nil {
			return n, err
		}
	}
	return n, a.Store.ForgetRecalls(ctx, node, list)
}
