import { fromKey, keyOf, type Member, type Message } from '@parley/sdk';
import { pinnedMessages, setRole } from '@parley/sdk/more';
import { useEffect, useState } from 'preact/hooks';
import { copyText } from '../model/clipboard.ts';
import { go } from '../model/route.ts';
import { connected, feed, onEvent, refreshSoon, regroup, regrouped, self, theChat } from '../model/session.ts';
import { friends, groups, talkOf, type Talk } from '../model/talks.ts';
import { looksAfter } from '../model/touch.ts';
import { open, panel } from '../model/ui.ts';
import { explain } from '../text/explain.ts';
import { oneLine } from '../text/rich.ts';
import { t } from '../text/text.ts';
import { Avatar } from './Avatar.tsx';
import { Ask } from './Dialog.tsx';
import { Icon, Tool } from './Icon.tsx';

/** What there is to know of the open conversation, beside it. */
export function Panel({ id }: { id: string }) {
  const talk = talkOf(id);
  return (
    <aside class="panel" aria-label={talk.group ? t().about : t().profile}>
      <header class="bar">
        <h2 class="grow">{talk.group ? t().about : t().profile}</h2>
        <Tool icon="close" label={t().close} onClick={() => (panel.value = false)} />
      </header>
      <div class="scroll" tabIndex={-1}>
        {talk.group ? <GroupPanel key={id} talk={talk} /> : <Profile key={id} talk={talk} />}
      </div>
    </aside>
  );
}

/** Members are shown in pages of this many. */
const PAGE = 100;

interface Asking {
  title: string;
  more: string;
  action: string;
  run: () => Promise<void>;
}

/** Something that is asked once, then done; what goes wrong is said in a line. */
function useAsking() {
  const [asking, setAsking] = useState<Asking | undefined>();
  const [error, setError] = useState('');
  const run = (what: () => Promise<void>) => {
    setError('');
    what().catch((err: unknown) => setError(explain(err)));
  };
  const view = (
    <>
      {asking && <Ask title={asking.title} more={asking.more} action={asking.action} onDo={() => run(asking.run)} onClose={() => setAsking(undefined)} />}
      {error && (
        <div class="note risk" role="alert">
          <Icon name="alert" small />
          <p>{error}</p>
        </div>
      )}
    </>
  );
  return { ask: setAsking, run, view };
}

function GroupPanel({ talk }: { talk: Talk }) {
  const group = groups.value.get(talk.id);
  const [members, setMembers] = useState<Member[]>([]);
  const [most, setMost] = useState(PAGE);
  const { ask, run, view } = useAsking();
  const joined = group !== undefined;
  useEffect(() => {
    if (!joined) return;
    let alive = true;
    const load = () =>
      void theChat()
        .members(talk.id)
        .then((list) => alive && setMembers(list))
        .catch(() => undefined);
    load();
    const off = onEvent((e) => {
      if (e.type === 'change' && e.gid === talk.id) load();
    });
    return () => {
      alive = false;
      off();
    };
  }, [talk.id, joined, regrouped.value]);
  const online = members.filter((m) => m.online || m.id === self.value.id);
  const away = members.filter((m) => !m.online && m.id !== self.value.id);
  const mine = group?.role === 'creator';
  const after = looksAfter(talk.id);
  const role = (m: Member, to: 'creator' | 'admin' | 'normal' | 'readonly') => run(() => setRole(theChat(), talk.id, m.id, to).then(regroup));
  const handOver = (m: Member) =>
    ask({ title: t().handOverAsk(m.name), more: t().handOverMore, action: t().handOver, run: () => setRole(theChat(), talk.id, m.id, 'creator').then(regroup) });
  const remove = (m: Member) =>
    ask({
      title: t().removeMemberAsk(m.name),
      more: t().removeMemberMore,
      action: t().remove,
      run: () => theChat().removeMember(talk.id, m.id).then(regroup),
    });
  const line = (m: Member) => (
    <MemberLine
      key={m.id}
      member={m}
      {...(after && m.id !== self.value.id && m.role !== 'creator' && (mine || m.role !== 'admin') ? { onRemove: () => remove(m) } : {})}
      {...(mine && m.id !== self.value.id ? { onRole: (to: string) => (to === 'creator' ? handOver(m) : role(m, to as 'admin')) } : {})}
    />
  );
  return (
    <>
      <div class="about">
        <Avatar id={talk.id} name={talk.name} group size="l" />
        <h3 translate={false}>
          <bdi>{talk.name}</bdi>
        </h3>
        {group?.description && (
          <p dir="auto" translate={false}>
            {group.description}
          </p>
        )}
        <div class="row">
          <button class="btn" type="button" onClick={() => void copyText(String(talk.id))} title={t().copyNumber}>
            <Icon name="hash" small />
            {t().groupNumber} {talk.id}
          </button>
          {after && (
            <>
              <button class="btn" type="button" onClick={() => open('add')}>
                <Icon name="adduser" small />
                {t().addMembers}
              </button>
              <button class="btn" type="button" onClick={() => open('rules')}>
                <Icon name="tune" small />
                {t().groupSettings}
              </button>
            </>
          )}
        </div>
      </div>
      {view}
      <Pins id={talk.key} />
      {online.length > 0 && <h3 class="sec">{t().onlineSection(online.length)}</h3>}
      <ul>{online.slice(0, most).map(line)}</ul>
      {away.length > 0 && <h3 class="sec">{t().offlineSection(away.length)}</h3>}
      <ul>{away.slice(0, Math.max(0, most - online.length)).map(line)}</ul>
      {members.length > most && (
        <button class="line" type="button" onClick={() => setMost(most + PAGE)}>
          <span class="grow bare">{t().moreMembers}</span>
        </button>
      )}
      {joined && (
        <p>
          <button
            class="btn risk wide"
            type="button"
            onClick={() =>
              ask({
                title: t().leaveAsk(talk.name),
                more: t().leaveAskMore,
                action: t().leave,
                run: async () => {
                  await theChat().leaveGroup(talk.id);
                  refreshSoon(0);
                },
              })
            }
          >
            <Icon name="out" small />
            {t().leaveGroup}
          </button>
        </p>
      )}
    </>
  );
}

function MemberLine({ member, onRemove, onRole }: { member: Member; onRemove?: () => void; onRole?: (role: string) => void }) {
  const here = member.id === self.value.id;
  const online = member.online || here;
  return (
    <li class="line-with">
      <button class={online ? 'line' : 'line off'} type="button" disabled={here} onClick={() => go(`u${member.id}`)}>
        <Avatar id={member.id} name={member.name} size="s" online={connected.value ? online : undefined} />
        <span class="grow">
          <span class="cut" translate={false}>
            <bdi>{member.name}</bdi>
          </span>
          {here && <small class="cut">{t().you}</small>}
        </span>
        {member.role !== 'normal' && <span class="tag">{t().roles[member.role] ?? member.role}</span>}
        <span class="sr">{online ? t().online : t().offline}</span>
      </button>
      {onRole && (
        <select
          class="input role"
          aria-label={t().roleOf(member.name)}
          title={t().roleOf(member.name)}
          value={member.role}
          onChange={(e) => {
            const to = e.currentTarget.value;
            e.currentTarget.value = member.role;
            onRole(to);
          }}
        >
          {['creator', 'admin', 'normal', 'readonly'].map((r) => (
            <option key={r} value={r}>
              {t().roles[r]}
            </option>
          ))}
        </select>
      )}
      {onRemove && <Tool icon="close" label={t().removeMember(member.name)} onClick={onRemove} />}
    </li>
  );
}

/** The pinned messages of the open conversation; a press goes there. */
function Pins({ id }: { id: string }) {
  const [pins, setPins] = useState<Message[]>([]);
  useEffect(() => {
    let alive = true;
    const load = () =>
      void pinnedMessages(theChat(), fromKey(id))
        .then((list) => alive && setPins(list))
        .catch(() => undefined);
    load();
    const off = onEvent((e) => {
      if (e.type === 'changed' && keyOf(e.conversation) === id) load();
    });
    return () => {
      alive = false;
      off();
    };
  }, [id]);
  if (pins.length === 0) return null;
  return (
    <>
      <h3 class="sec">{t().pinnedMessages}</h3>
      <ul>
        {pins.map((m) => (
          <li key={m.seq}>
            <button class="line" type="button" onClick={() => void feed.value?.around(m.seq, true)}>
              <Icon name="pin" small />
              <span class="grow">
                <span class="cut">
                  <bdi>{oneLine(m.text)}</bdi>
                </span>
                <small class="cut">
                  <bdi>{m.from.name}</bdi>
                </small>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

function Profile({ talk }: { talk: Talk }) {
  const friend = friends.value.get(talk.id);
  const { ask, run, view } = useAsking();
  const [blocked, setBlocked] = useState(false);
  return (
    <>
      <div class="about">
        <Avatar id={talk.id} name={talk.name} size="l" online={connected.value ? friend?.online : undefined} />
        <h3 translate={false}>
          <bdi>{talk.name}</bdi>
        </h3>
        {friend && <p>{friend.online ? t().online : t().offline}</p>}
      </div>
      {view}
      <Pins id={talk.key} />
      <dl class="facts">
        <div>
          <dt>{t().name}</dt>
          <dd translate={false}>
            <bdi>{talk.name}</bdi>
          </dd>
        </div>
        <div>
          <dt>{t().number}</dt>
          <dd>{talk.id}</dd>
        </div>
      </dl>
      {!friend && !blocked && (
        <button class="line" type="button" onClick={() => run(async () => (await theChat().addFriend(talk.id), refreshSoon(0)))}>
          <Icon name="adduser" small />
          <span class="grow">{t().addFriend}</span>
        </button>
      )}
      {blocked ? (
        <button class="line" type="button" onClick={() => run(async () => (await theChat().block(talk.id, false), setBlocked(false)))}>
          <Icon name="block" small />
          <span class="grow">
            {t().unblock}
            <small>{t().blockedByMe(talk.name)}</small>
          </span>
        </button>
      ) : (
        <button
          class="line risk"
          type="button"
          onClick={() =>
            ask({
              title: t().blockAsk(talk.name),
              more: t().blockAskMore,
              action: t().block,
              run: async () => {
                await theChat().block(talk.id, true);
                setBlocked(true);
              },
            })
          }
        >
          <Icon name="block" small />
          <span class="grow">{t().blockName(talk.name)}</span>
        </button>
      )}
      {friend && (
        <button
          class="line risk"
          type="button"
          onClick={() =>
            ask({
              title: t().removeAsk(talk.name),
              more: t().removeAskMore,
              action: t().removeFriend,
              run: async () => {
                await theChat().unfriend(talk.id);
                refreshSoon(0);
              },
            })
          }
        >
          <Icon name="person" small />
          <span class="grow">{t().removeFriend}</span>
        </button>
      )}
    </>
  );
}
