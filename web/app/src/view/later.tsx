import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { say } from '../model/voice.ts';
import { t } from '../text/text.ts';

/** A part of the page that is loaded when it is first wanted. */
export function later<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let loaded: ComponentType<P> | undefined;
  return function Later(props: P) {
    const [, again] = useState(0);
    useEffect(() => {
      if (loaded) return;
      let alive = true;
      load()
        .then((part) => {
          loaded = part;
          if (alive) again(1);
        })
        .catch(() => say(t().noAnswer));
      return () => void (alive = false);
    }, []);
    const Part = loaded;
    return Part ? <Part {...props} /> : null;
  };
}
