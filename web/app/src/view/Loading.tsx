import { useEffect, useState } from 'preact/hooks';
import { t } from '../text/text.ts';

const shapes: readonly [own: boolean, width: string, tall: boolean][] = [
  [false, 'w4', false],
  [false, 'w5', true],
  [true, 'w4', false],
  [false, 'w3', false],
  [true, 'w5', true],
];

/** Stands for the messages while they are loaded, if that takes longer than 250 ms. */
export function Loading() {
  const [stage, setStage] = useState(0);
  useEffect(() => {
    const timers = [setTimeout(() => setStage(1), 250), setTimeout(() => setStage(2), 10_000)];
    return () => timers.forEach(clearTimeout);
  }, []);
  return (
    <div class="log">
      {stage > 0 && (
        <>
          <p class="sr" role="status">
            {stage > 1 ? t().takesLong : t().loadingMessages}
          </p>
          <div class="col" aria-hidden="true">
            {shapes.map(([own, width, tall], i) => (
              <div key={i} class={own ? 'msg own first last' : 'msg first last'}>
                <span class={`bubble sk ${width}${tall ? ' tall' : ''}`} />
              </div>
            ))}
          </div>
        </>
      )}
    </div>
  );
}
