import { computed, signal } from '@preact/signals';
import { applyState, fromKey, keyOf, Limits, type ConversationInfo, type ConversationSettings, type Friend, type GroupInfo, type Message, type MessageState, type Outgoing } from '@parley/sdk';

/** One conversation as the list shows it. */
export interface Talk {
  key: string;
  name: string;
  group: boolean;
  /** The other user's id, or the group's. */
  id: number;
  lastSeq: number;
  read: number;
  unread: number;
  last?: Message;
  /** One's own that is not stored yet: it stands in the row until it is. */
  pending?: Outgoing;
  /** Of a group: the account is a member now. */
  member: boolean;
  settings: ConversationSettings;
}

/** What the account knows: its conversations by key, friends and groups by number. */
export const talks = signal<ReadonlyMap<string, Talk>>(new Map());
export const friends = signal<ReadonlyMap<number, Friend>>(new Map());
export const groups = signal<ReadonlyMap<number, GroupInfo>>(new Map());

export function forgetTalks(): void {
  talks.value = new Map();
  friends.value = new Map();
  groups.value = new Map();
}

/** Takes the list of the server, or the one that was kept. */
export function takeList(list: readonly ConversationInfo[]): void {
  const before = talks.value;
  const all = new Map<string, Talk>();
  for (const c of list) {
    const key = keyOf(c.conversation);
    const known = before.get(key);
    const windows = c.windows;
    const talk: Talk = {
      key,
      name: c.name,
      group: c.conversation.gid !== undefined,
      id: c.conversation.gid ?? c.conversation.with,
      lastSeq: c.lastSeq,
      read: c.read,
      unread: c.unread,
      member: !windows || windows.length === 0 || windows.at(-1)?.until === undefined,
      settings: known && known.settings.no > c.settings.no ? known.settings : c.settings,
      ...(c.last ? { last: c.last } : {}),
      ...(known?.pending ? { pending: known.pending } : {}),
    };
    // What came while the list was on its way is newer than the list.
    all.set(
      key,
      known && known.lastSeq > talk.lastSeq ? { ...talk, lastSeq: known.lastSeq, unread: known.unread, ...(known.last ? { last: known.last } : {}) } : talk,
    );
  }
  for (const [key, talk] of before) if (!all.has(key) && (talk.pending || talk.lastSeq > 0)) all.set(key, talk);
  talks.value = all;
}

export function takeFriends(list: readonly Friend[]): void {
  friends.value = new Map(list.map((f) => [f.id, f]));
}

export function takeGroups(list: readonly GroupInfo[]): void {
  groups.value = new Map(list.map((g) => [g.gid, g]));
}

/** Makes a new list with one conversation changed. */
function put(key: string, change: Partial<Talk>): void {
  const next = new Map(talks.value);
  next.set(key, { ...(talks.value.get(key) ?? blank(key)), ...change });
  talks.value = next;
}

const unset: ConversationSettings = { level: 'all', pinned: false, hidden: false, draft: '', no: 0 };

/** A conversation without messages: with a friend, or in a group that was just made. */
export function blank(key: string): Talk {
  const c = fromKey(key);
  const group = c.gid !== undefined;
  const id = c.gid ?? c.with;
  const name = (group ? groups.value.get(id)?.name : friends.value.get(id)?.name) ?? '';
  return { key, name, group, id, lastSeq: 0, read: 0, unread: 0, member: !group || groups.value.has(id), settings: unset };
}

export const talkOf = (key: string): Talk => talks.value.get(key) ?? blank(key);

export function takeMessage(m: Message): void {
  const key = keyOf(m.conversation);
  const talk = talkOf(key);
  if (m.seq <= talk.lastSeq && talk.last) return;
  const others = !m.mine && m.seq > talk.read;
  put(key, {
    last: m,
    lastSeq: Math.max(talk.lastSeq, m.seq),
    unread: others ? Math.min(Limits.unreadCap, talk.unread + 1) : talk.unread,
    settings: { ...talk.settings, hidden: false },
    ...(talk.name === '' && !talk.group && !m.mine ? { name: m.from.name } : {}),
  });
}

/** The last message of a conversation may have been changed. */
export function takeState(key: string, state: MessageState): void {
  const last = talks.value.get(key)?.last;
  if (last?.seq === state.seq) put(key, { last: applyState(last, state) });
}

/** What the user wants of a conversation. It returns what it was, undefined if this is no news. */
export function takeSettings(key: string, settings: ConversationSettings): ConversationSettings | undefined {
  const before = talkOf(key).settings;
  if (settings.no <= before.no) return undefined;
  put(key, { settings });
  return before;
}

/** Nothing of it is to be told now. */
export const muted = (talk: Talk): boolean => talk.settings.level === 'none' || (talk.settings.muteUntil ?? 0) > Date.now();

export function takeOutgoing(o: Outgoing): void {
  if (o.change) return;
  const key = keyOf(o.conversation);
  const { pending, ...talk } = talkOf(key);
  if (o.state !== 'stored') put(key, { pending: o });
  else if (pending?.key === o.key) {
    const next = new Map(talks.value);
    next.set(key, talk);
    talks.value = next;
  }
}

export function takeDiscarded(key: string, message: string): void {
  const { pending, ...talk } = talkOf(key);
  if (pending?.key !== message) return;
  const next = new Map(talks.value);
  next.set(key, talk);
  talks.value = next;
}

/** The account has read a conversation up to seq. It is exact at the end; before it, what is left is an upper bound. */
export function takeRead(key: string, seq: number): void {
  const talk = talkOf(key);
  if (seq <= talk.read) return;
  put(key, { read: seq, unread: seq >= talk.lastSeq ? 0 : Math.min(talk.unread, talk.lastSeq - seq) });
}

export function takePresence(id: number, online: boolean): void {
  const friend = friends.value.get(id);
  if (friend && friend.online !== online) friends.value = new Map(friends.value).set(id, { ...friend, online });
}

/** The conversations in the order of the list: pinned ones first, then the last activity; friends and groups without a message behind them, by name. */
export const listed = computed<readonly Talk[]>(() => {
  const all = new Map(talks.value);
  for (const id of friends.value.keys()) if (!all.has(`u${id}`)) all.set(`u${id}`, blank(`u${id}`));
  for (const gid of groups.value.keys()) if (!all.has(`g${gid}`)) all.set(`g${gid}`, blank(`g${gid}`));
  return [...all.values()].sort((a, b) => Number(b.settings.pinned) - Number(a.settings.pinned) || activity(b) - activity(a) || a.name.localeCompare(b.name));
});

/** When something last happened in a conversation. */
export const activity = (talk: Talk): number => Math.max(talk.last?.time ?? 0, talk.pending?.time ?? 0);

/** Conversations with something unread that are not muted, for the title of the page. */
export const unreadTalks = computed(() => [...talks.value.values()].filter((talk) => talk.unread > 0 && !muted(talk)).length);
