import { t } from '../text/text.ts';

/** The bubbles of the picture: where, how wide, how high, whose, and the widths of their lines. */
const bubbles: readonly [x: number, y: number, width: number, height: number, own: boolean, ...lines: number[]][] = [
  [92, 34, 190, 34, false, 120],
  [92, 92, 250, 50, false, 200, 140],
  [218, 160, 220, 34, true, 150],
  [178, 224, 260, 50, true, 210, 120],
  [92, 352, 150, 34, false, 90],
];

/** What Parley is about, beside the form: a log, and the reader's pennant in it. */
export const Scene = () => (
  <aside class="scene" aria-hidden="true">
    <svg viewBox="0 0 480 440">
      <path d="M56 24V416" stroke="var(--line)" stroke-width="2" />
      {[41, 42, 43, 44, 45, 46].map((n, i) => (
        <g key={n}>
          {n !== 45 && <circle cx="56" cy={52 + 66 * i} r="4" fill="var(--edge)" />}
          <text x="30" y={56.5 + 66 * i} text-anchor="end" font-size="12" fill="var(--ink-3)">
            {n}
          </text>
        </g>
      ))}
      {bubbles.map(([x, y, width, height, own, ...lines]) => (
        <g key={y}>
          <rect x={x} y={y} width={width} height={height} rx="14" fill={own ? 'var(--own)' : 'var(--surface)'} />
          {lines.map((w, i) => (
            <rect key={i} x={x + 18} y={y + 14 + 16 * i} width={w} height="6" rx="3" fill="var(--ink)" opacity=".16" />
          ))}
        </g>
      ))}
      <path d="M50 328v-40a10 10 0 0 1 10-10h104l-13 18 13 18H64z" fill="var(--accent)" stroke="var(--accent)" stroke-width="3" stroke-linejoin="round" />
      <text x="74" y="301" font-size="14" font-weight="600" fill="var(--on-accent)">
        {t().youHere}
      </text>
    </svg>
    <p>{t().slogan}</p>
  </aside>
);
