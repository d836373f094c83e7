import { useEffect } from 'preact/hooks';
import { self } from '../model/session.ts';
import { open } from '../model/ui.ts';
import { t } from '../text/text.ts';
import { Banner } from './Banner.tsx';
import { Icon, Mark } from './Icon.tsx';

/** What stands beside the list when no conversation is open. */
export function Nothing({ first }: { first: boolean }) {
  useEffect(() => {
    document.title = 'Parley';
  }, []);
  return (
    <main class="talk">
      <Banner />
      <Start first={first} />
    </main>
  );
}

const Start = ({ first }: { first: boolean }) => (
  <div class="empty">
    <Mark />
    <h2>{first ? <bdi>{t().welcome(self.value.name)}</bdi> : t().pickOne}</h2>
    <p>{first ? t().welcomeMore : t().pickOneMore}</p>
    <div class="row">
      <button class="btn main" type="button" onClick={() => open('friend')}>
        <Icon name="adduser" small />
        {t().addFriend}
      </button>
      <button class="btn" type="button" onClick={() => open('group')}>
        <Icon name="people" small />
        {t().createGroup}
      </button>
      <button class="btn" type="button" onClick={() => open('join')}>
        <Icon name="hash" small />
        {t().joinByNumber}
      </button>
    </div>
  </div>
);
