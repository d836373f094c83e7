/**
 * Hooks for Preact and React: lists that keep themselves up to date.
 *
 * @packageDocumentation
 */
import type { Chat } from './chat.ts';
import type { Conversation } from './conversation.ts';
import { keyOf } from './conversation.ts';
import { apply } from './decode.ts';
import type { ConversationInfo, Message, Outgoing } from './types.ts';

/** What the hooks need of Preact (`preact/hooks`) or React. */
export interface Runtime {
  useState: <T>(initial: T | (() => T)) => [T, (value: T) => void];
  useEffect: (effect: () => () => void, deps: readonly unknown[]) => void;
}

/** The messages of one conversation, and what is on its way there. */
export interface Messages {
  /** Oldest first. */
  messages: Message[];
  /** Messages of this device that are pending or have failed. */
  outgoing: Outgoing[];
  /** There are older ones. */
  more: boolean;
  /** Loads older ones. */
  loadMore: () => Promise<void>;
  /** Why messages could not be loaded. */
  error?: Error;
}

/** The hooks. */
export interface Hooks {
  /** Returns the conversation list, the last activity first; what was kept is there at once. */
  useConversations: (chat: Chat) => ConversationInfo[];
  /** Returns the newest messages of a conversation, and follows it. */
  useMessages: (chat: Chat, of: Conversation, limit?: number) => Messages;
  /** Returns how many messages of others are unread, over all conversations; each counts up to `Limits.unreadCap`. */
  useUnread: (chat: Chat) => number;
}

/** Returns the hooks for a runtime: `createHooks(await import('preact/hooks'))`, or `createHooks(React)`. */
export function createHooks({ useState, useEffect }: Runtime): Hooks {
  const useConversations = (chat: Chat): ConversationInfo[] => {
    const [list, setList] = useState<ConversationInfo[]>(() => sorted(chat.recallConversations()));
    useEffect(() => watchConversations(chat, setList), [chat]);
    return list;
  };
  return {
    useConversations,
    useMessages: (chat, of, limit = 50) => {
      const [state, setState] = useState<Messages>({ messages: [], outgoing: [], more: false, loadMore: async () => undefined });
      useEffect(() => watchMessages(chat, of, limit, setState), [chat, keyOf(of), limit]);
      return state;
    },
    useUnread: (chat) => useConversations(chat).reduce((n, c) => n + c.unread, 0),
  };
}

/** Pinned ones first, hidden ones last; then the last activity first. */
const sorted = (list: ConversationInfo[]): ConversationInfo[] => [...list].sort((a, b) => rank(a) - rank(b) || (b.last?.time ?? 0) - (a.last?.time ?? 0));
const rank = ({ settings: s }: ConversationInfo): number => (s.hidden ? 2 : s.pinned ? 0 : 1);

function watchConversations(chat: Chat, set: (list: ConversationInfo[]) => void): () => void {
  let list = chat.recallConversations();
  let over = false;
  let asking = false;
  let stale = false;
  const show = (): void => void (over || set(sorted(list)));
  // One question at a time; what happens meanwhile asks once more.
  const ask = (): void => {
    stale = true;
    if (asking || over || chat.state.phase !== 'online') return;
    asking = true;
    stale = false;
    chat.conversations().then((l) => {
      list = l;
      show();
    }, () => undefined).finally(() => {
      asking = false;
      if (stale) ask();
    });
  };
  const offs = [
    chat.on('connected', ask),
    chat.on('state', (e) => void (e.state.phase === 'online' && ask())),
    chat.on('change', ask),
    chat.on('missed', ask),
    chat.on('settings', ask),
    chat.on('message', ({ message: m }) => {
      const key = keyOf(m.conversation);
      if (asking || !list.some((c) => keyOf(c.conversation) === key)) return ask();
      list = list.map((c) => (keyOf(c.conversation) !== key || m.seq <= c.lastSeq ? c : { ...c, last: m, lastSeq: m.seq, unread: c.unread + (m.mine ? 0 : 1) }));
      show();
    }),
    chat.on('read', (e) => {
      const key = keyOf(e.conversation);
      const c = list.find((x) => keyOf(x.conversation) === key);
      // How many are left is known for "all of it"; else the server counts.
      if (asking || !c || e.seq < c.lastSeq) return ask();
      list = list.map((x) => (x === c ? { ...c, read: e.seq, unread: 0 } : x));
      show();
    }),
  ];
  ask();
  return () => {
    over = true;
    for (const off of offs) off();
  };
}

function watchMessages(chat: Chat, of: Conversation, limit: number, set: (m: Messages) => void): () => void {
  const key = keyOf(of);
  const mine = (c: Conversation): boolean => keyOf(c) === key;
  let all: Message[] = [];
  let more = false;
  let error: Error | undefined;
  let over = false;
  const show = (): void => {
    if (!over) set({ messages: all, outgoing: chat.outgoing().filter((o) => !o.change && mine(o.conversation)), more, loadMore: load, ...(error && { error }) });
  };
  /** Puts messages in their places; each stands once. */
  const take = (fresh: Message[]): void => {
    const bySeq = new Map([...all, ...fresh].map((m) => [m.seq, m]));
    all = [...bySeq.values()].sort((a, b) => a.seq - b.seq);
  };
  const load = async (): Promise<void> => {
    try {
      const before = all[0]?.seq;
      const page = await chat.recall(of, before === undefined ? { limit } : { limit, before });
      take(page.messages);
      more = page.more;
      error = undefined;
    } catch (err) {
      error = err as Error;
    }
    show();
  };
  const offs = [
    chat.on('message', ({ message: m }) => {
      if (!mine(m.conversation)) return;
      take([m]);
      show();
    }),
    chat.on('changed', ({ conversation, state }) => {
      if (!mine(conversation)) return;
      all = all.map((m) => (m.seq === state.seq ? apply(m, state) : m));
      show();
    }),
    chat.on('missed', () => {
      all = [];
      void load();
    }),
    chat.on('outgoing', (e) => void (mine(e.outgoing.conversation) && show())),
    chat.on('discarded', (e) => void (mine(e.conversation) && show())),
    chat.on('connected', (e) => {
      if (e.newLog) all = [];
      if (e.newLog || error) void load();
    }),
  ];
  show();
  void load();
  return () => {
    over = true;
    for (const off of offs) off();
  };
}
