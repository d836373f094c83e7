import type { Member } from '@parley/sdk';
import { useEffect, useState } from 'preact/hooks';
import { copyText } from '../model/clipboard.ts';
import { go } from '../model/route.ts';
import { connected, onEvent, refreshSoon, self, theChat } from '../model/session.ts';
import { friends, groups, talkOf, type Talk } from '../model/talks.ts';
import { panel } from '../model/ui.ts';
import { explain } from '../text/explain.ts';
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
  const { ask, view } = useAsking();
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
  }, [talk.id, joined]);
  const online = members.filter((m) => m.online || m.id === self.value.id);
  const away = members.filter((m) => !m.online && m.id !== self.value.id);
  const mine = group?.role === 'creator';
  const remove = (m: Member) =>
    ask({
      title: t().removeMemberAsk(m.name),
      more: t().removeMemberMore,
      action: t().remove,
      run: () => theChat().removeMember(talk.id, m.id),
    });
  const line = (m: Member) => <MemberLine key={m.id} member={m} {...(mine && m.id !== self.value.id ? { onRemove: () => remove(m) } : {})} />;
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
        </div>
      </div>
      {view}
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

function MemberLine({ member, onRemove }: { member: Member; onRemove?: () => void }) {
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
        {member.role === 'creator' && <span class="tag">{t().creator}</span>}
        <span class="sr">{online ? t().online : t().offline}</span>
      </button>
      {onRemove && <Tool icon="close" label={t().removeMember(member.name)} onClick={onRemove} />}
    </li>
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
