import { useEffect, useMemo, useRef } from 'preact/hooks';
import { keyOf } from '@parley/sdk';
import { reader } from '../model/reader.ts';
import { go } from '../model/route.ts';
import { connected, conversationOf, feed as shown, self } from '../model/session.ts';
import { friends, groups, talks, blank } from '../model/talks.ts';
import { menu, panel } from '../model/ui.ts';
import { t } from '../text/text.ts';
import { Avatar } from './Avatar.tsx';
import { Composer } from './Composer.tsx';
import { Icon, Tool } from './Icon.tsx';
import { later } from './later.tsx';
import { Loading } from './Loading.tsx';
import { Log } from './Log.tsx';
import { rest, shown as drawn } from './rest.ts';

const Banner = later(async () => (await rest()).Banner);

/** One conversation: its head, the messages, and what is being written. */
export function TalkView({ id }: { id: string }) {
  const talk = talks.value.get(id) ?? blank(id);
  const feed = useMemo(() => reader.open(conversationOf(talk)), [id]);
  const toEnd = useRef(() => {});
  useEffect(() => {
    shown.value = feed;
    return () => {
      reader.close(feed);
      if (shown.value === feed) shown.value = undefined;
    };
  }, [feed]);
  useEffect(() => {
    document.title = `${talk.name} · Parley`;
  }, [talk.name]);
  useEffect(() => void (feed.busy.value === 'open' || drawn()), [feed.busy.value]);
  const actions = useMemo(() => reader.actions(feed, (f) => (toEnd.current = f)), [feed]);
  const opening = feed.busy.value === 'open' && feed.messages.value.length === 0;
  return (
    <main class="talk" key={id}>
      <Head talk={talk} />
      <Banner />
      {opening ? (
        <Loading />
      ) : feed.failed.value === 'open' && feed.messages.value.length === 0 ? (
        <Failed retry={() => feed.retry()} />
      ) : (
        <Log feed={feed} name={talk.name} group={talk.group} self={self.value} actions={actions} />
      )}
      <Foot id={id} toEnd={() => toEnd.current()} />
    </main>
  );
}

function Head({ talk }: { talk: { key: string; id: number; name: string; group: boolean } }) {
  const friend = talk.group ? undefined : friends.value.get(talk.id);
  const group = talk.group ? groups.value.get(talk.id) : undefined;
  const online = friend && connected.value ? friend.online : undefined;
  return (
    <header class="bar">
      <a class="tool back" href="#/" aria-label={t().back} title={t().back}>
        <Icon name="back" />
      </a>
      <Avatar id={talk.id} name={talk.name} group={talk.group} size="m" online={online} />
      <div class="who grow">
        <h2 class="cut" translate={false}>
          <bdi>{talk.name}</bdi>
        </h2>
        <p class="cut">
          {group ? (
            t().membersCount(group.members)
          ) : online === undefined ? (
            ''
          ) : (
            <span class={online ? 'on' : undefined}>{online ? t().online : t().offline}</span>
          )}
        </p>
      </div>
      <Tool icon="more" label={t().more} onClick={(e) => (menu.value = { of: 'talk', key: talk.key, at: e.currentTarget as Element })} />
      <Tool
        icon={talk.group ? 'people' : 'person'}
        label={`${talk.group ? t().members : t().profile} (Alt M)`}
        pressed={panel.value}
        onClick={() => (panel.value = !panel.value)}
      />
    </header>
  );
}

/** The composer, or in its place the reason why nothing can be written here. */
function Foot({ id, toEnd }: { id: string; toEnd: () => void }) {
  const talk = talks.value.get(id) ?? blank(id);
  const feed = shown.value;
  const below = feed && keyOf(feed.of) === id ? feed.below.value : 0;
  const away = reader.away.value;
  const jump = (away || below > 0) && feed && (
    <button
      class="btn jump"
      type="button"
      onClick={() => {
        void feed.toEnd().then(toEnd);
      }}
    >
      <Icon name="down" small />
      {t().newest} {below > 0 && <span class="badge">{below > 999 ? '999+' : below}</span>}
    </button>
  );
  if (talk.group && !talk.member && !groups.value.has(talk.id)) {
    return (
      <div class="compose">
        {jump}
        <div class="shut">
          <Icon name="out" />
          <p>{t().notMemberNow}</p>
          <button class="btn" type="button" onClick={() => go('')}>
            {t().back}
          </button>
        </div>
      </div>
    );
  }
  const group = talk.group ? groups.value.get(talk.id) : undefined;
  const shut = group?.role === 'readonly' ? t().readOnlyHere : group?.posting === 'admins' && group.role === 'normal' ? t().onlyAdminsPost : '';
  if (shut) {
    return (
      <div class="compose">
        {jump}
        <div class="shut">
          <Icon name="eye" />
          <p>{shut}</p>
        </div>
      </div>
    );
  }
  return (
    <Composer key={id} id={id} to={conversationOf(talk)} name={talk.name}>
      {jump}
    </Composer>
  );
}

const Failed = ({ retry }: { retry: () => void }) => (
  <div class="log">
    <div class="empty">
      <h2>{t().noAnswer}</h2>
      <div class="row">
        <button class="btn main" type="button" onClick={retry}>
          {t().tryAgain}
        </button>
      </div>
    </div>
  </div>
);
