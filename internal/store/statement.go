package store

// stmtID names a statement of the registry.
type stmtID int

// statement is one thing the store can say to a database. Its text is written once,
// for all of them: `?` is a placeholder, {…} a hook of the dialect. Nothing is ever
// put into a text at run time; all values are bound.
type statement struct {
	use  purpose // forReading: on the writer's connection as well
	text string
}

// The statements, by name.
const (
	sqlBegin stmtID = iota
	sqlBeginRead
	sqlCommit
	sqlRollback
	sqlSavepoint
	sqlRelease
	sqlRollbackTo
	sqlProbe
	sqlPing
	sqlWritable
	sqlGalera
	sqlTimeline
	sqlFold
	sqlFoldRest
	sqlFoldAndCut
	sqlMigrationLock

	sqlInsertUser
	sqlAccount
	sqlAccountByKey
	sqlUserNames
	sqlDeviceNames
	sqlListUsers
	sqlPresence
	sqlMovePresence
	sqlSetPassword
	sqlUpgradeHash
	sqlSetDisabled
	sqlEraseUser
	sqlEraseDevices
	sqlFreeName
	sqlDropBlocks
	sqlSessionCount
	sqlInsertSkeleton
	sqlLockSkeleton
	sqlSkeletonHolder
	sqlFreeSkeletons
	sqlWithoutSkeletons
	sqlTakeSkeleton

	sqlInsertInvite
	sqlInviteByHash
	sqlInvites
	sqlInvite
	sqlLockInvite
	sqlLockKeptName
	sqlUseInvite
	sqlFreeKeptName
	sqlDeleteInvite
	sqlOldInvites
	sqlForgetInvited
	sqlLockUserByKey
	sqlInvitesWithoutSkeletons

	sqlTokenHash
	sqlDeviceByName
	sqlDeviceBySession
	sqlInsertDevice
	sqlTakeDevice
	sqlFreeDevice
	sqlCopyCursors
	sqlUsersOnNode
	sqlFreeUserOnNode
	sqlDeviceSession
	sqlDevices
	sqlLockUserDevices
	sqlRevokeDevice
	sqlRenewToken
	sqlUnusedDevices
	sqlForgetDevice
	sqlKeepCursors
	sqlDropCursors
	sqlKnownAddresses
	sqlDropAddress
	sqlPutAddress
	sqlForgetAddresses
	sqlDropToken
	sqlCountDevice
	sqlDeviceCount
	sqlLongestUnused
	sqlEvictDevice
	sqlCountStranger
	sqlStrangersSent

	sqlInsertFriend
	sqlDeleteFriend
	sqlOwnFriend
	sqlCountFriends
	sqlFriends
	sqlWatchers
	sqlWatchersOf
	sqlInsertBlock
	sqlDeleteBlock
	sqlBlocked

	sqlInsertGroupConversation
	sqlInsertGroup
	sqlNameGroupConversation
	sqlLockGroup
	sqlGroup
	sqlGroupsOf
	sqlCountGroups
	sqlCountMember
	sqlInsertMember
	sqlRejoin
	sqlMember
	sqlLiftRemoval
	sqlLeave
	sqlSetRole
	sqlFirstMember
	sqlCreatorOf
	sqlHeirless
	sqlAffectedByClosing
	sqlRaiseDirectLow
	sqlRaiseDirectHigh
	sqlMembersPage
	sqlMembership
	sqlMemberships
	sqlWindows
	sqlInsertWindow
	sqlWindowTooMany
	sqlDropWindows

	sqlInsertDirect
	sqlDirect
	sqlRaiseVersion
	sqlAcquaintance
	sqlSpeak
	sqlHeads
	sqlChanged
	sqlLockDevice
	sqlMoveDevice
	sqlLockConversation
	sqlGrowConversation
	sqlInsertMessage
	sqlLockDevices
	sqlLockConversations
	sqlDevicesThere
	sqlAppendOnce
	sqlMoveDevices
	sqlGrowConversations
	sqlInsertMany
	sqlInsertMore
	sqlInsertSome
	sqlLockSender
	sqlLockSenders
	sqlSendersThere
	sqlSendKey
	sqlSendKeys
	sqlInsertSendKey
	sqlInsertSendKeys
	sqlOldSendKeys
	sqlPruneSendKey
	sqlSendKeysOf
	sqlDropSendKey
	sqlPage
	sqlPageBefore
	sqlFindRepeat
	sqlInbox
	sqlConversations
	sqlWindowsBetween
	sqlUnread

	sqlMoveCursor
	sqlReadCursor
	sqlLastSeq

	sqlMoveUserJournal
	sqlUserJournal
	sqlMoveGroupJournal
	sqlGroupJournal
	sqlInsertNotice
	sqlJournalPage
	sqlChangedUsers
	sqlUserMarks
	sqlUserJournalNo
	sqlOldNotices
	sqlPruneNotice

	sqlInsertNode
	sqlRenewNode
	sqlNodes
	sqlHoldNode
	sqlCondemnNode
	sqlRemoveNode

	sqlArchiver
	sqlNodeLives
	sqlSetArchiver
	sqlArchivable
	sqlInsertSegment
	sqlFinishSegment
	sqlReplaceSegment
	sqlForgetSegment
	sqlSegmentName
	sqlInsertLeftover
	sqlDeleteLeftover
	sqlLeftovers
	sqlLastRange
	sqlRunToMove
	sqlRemoveRun
	sqlInsertRange
	sqlEndRange
	sqlRemoveRange
	sqlSegments
	sqlSegmentRanges
	sqlSegmentOf
	sqlArchivedUpTo
	sqlConversationsOf
	sqlEraseTexts
	sqlFreePages
	sqlGiveBack

	sqlInstallation
	sqlTimes
	sqlNameLog
	sqlSetMoving
	sqlMovingLock
	sqlHoldNodes
	sqlSetCounter
	sqlDropDevice
	sqlCopyUsers
	sqlPutUser
	sqlEndOfUsers
	sqlCountUsers
	sqlCopyDevices
	sqlPutDevice
	sqlEndOfDevices
	sqlCountDevices
	sqlCopyAddresses
	sqlEndOfAddresses
	sqlCountAddresses
	sqlCopyInvites
	sqlPutInvite
	sqlEndOfInvites
	sqlCountInvites
	sqlCopyFriendships
	sqlPutFriendship
	sqlEndOfFriendships
	sqlCountFriendships
	sqlCopyBlocks
	sqlPutBlock
	sqlEndOfBlocks
	sqlCountBlocks
	sqlCopyConversations
	sqlPutConversation
	sqlEndOfConversations
	sqlCountConversations
	sqlCopyGroups
	sqlPutGroup
	sqlEndOfGroups
	sqlCountAllGroups
	sqlCopyMembers
	sqlPutMember
	sqlEndOfMembers
	sqlCountMembers
	sqlCopyWindows
	sqlPutWindow
	sqlEndOfWindows
	sqlCountWindows
	sqlCopyMessages
	sqlEndOfMessages
	sqlCountMessages
	sqlCopyCursorRows
	sqlPutCursor
	sqlEndOfCursors
	sqlCountCursors
	sqlCopySendKeys
	sqlPutSendKey
	sqlEndOfSendKeys
	sqlCountSendKeys
	sqlCopyNotices
	sqlPutNotice
	sqlEndOfNotices
	sqlCountNotices

	sqlCopySegments
	sqlPutSegment
	sqlEndOfSegments
	sqlCountSegments
	sqlCopyRanges
	sqlInsertRangeOf
	sqlEndOfRanges
	sqlCountRanges
	sqlCopyLeftovers
	sqlPutLeftover
	sqlEndOfLeftovers
	sqlCountLeftovers

	sqlIntegrity
	sqlSchemaVersion
	sqlCheckLogs
	sqlCheckLogsBefore
	sqlCheckRanges
	sqlCheckStrayMessages
	sqlCheckGroups
	sqlCheckMemberCounts
	sqlCheckMembers
	sqlCheckWindows
	sqlCheckDevices
	sqlCheckFriends

	stmtCount
)

// on reports whether a connection for p needs the statement.
func (s statement) on(p purpose) bool {
	return s.use == p || s.use == forReading && p == forWriting
}

// registry holds every statement the store can issue. All are prepared when a
// connection is opened.
var registry = register(transactionTexts, accountTexts, inviteTexts, sessionTexts, friendTexts, groupTexts, logTexts, sendKeyTexts, journalTexts, nodeTexts,
	segmentTexts, installationTexts, movingTexts, wholenessTexts)

func register(parts ...map[stmtID]statement) (all [stmtCount]statement) {
	for _, part := range parts {
		for id, s := range part {
			if all[id].text != "" {
				panic("store: two texts for one statement: " + s.text)
			}
			all[id] = s
		}
	}
	return all
}

var transactionTexts = map[stmtID]statement{
	sqlBegin:      {forWriting, `{begin write}`},
	sqlBeginRead:  {forReading, `{begin read}`},
	sqlCommit:     {forReading, `COMMIT`},
	sqlRollback:   {forReading, `ROLLBACK`},
	sqlSavepoint:  {forWriting, `SAVEPOINT piece`},
	sqlRelease:    {forWriting, `RELEASE SAVEPOINT piece`},
	sqlRollbackTo: {forWriting, `ROLLBACK TO SAVEPOINT piece`},
	sqlProbe:      {forWriting, `UPDATE probes SET counter = counter + 1 WHERE id = 1`},
	sqlPing:       {forReading, `SELECT counter FROM probes WHERE id = 1`},
	// What a server says of its role.
	sqlWritable:   {forAsking, `{writable}`},
	sqlGalera:     {forAsking, `{galera}`},
	sqlTimeline:   {forAsking, `{timeline}`},
	sqlFold:       {forCheckpoint, `{fold the log}`},
	sqlFoldRest:   {forWriting, `{fold the rest}`},
	sqlFoldAndCut: {forWriting, `{fold and cut}`},
	// Held by the connection until it is closed.
	sqlMigrationLock: {forMigrationLock, `{migration lock}`},
}
