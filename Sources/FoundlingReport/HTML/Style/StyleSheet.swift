/// The look of every page of ours, in one piece: inline in a report, `/style.css` on a dashboard.
///
/// No font, picture or script from elsewhere. Text has at least 4.5 : 1 against what lies behind it in both schemes,
/// and whatever a colour says, a word beside it says too.
package enum StyleSheet {
    package static let css = colours + base + components + tables + charts + forms + narrow + paper

    static let colours = """
        :root {
          color-scheme: light dark;
          --page: #f7f7f4; --surface: #ffffff; --ink: #1c2326; --muted: #566066; --line: #d8dbd5; --edge: #80888c;
          --accent: #0a5866; --accent-ink: #ffffff; --wash: #eef2f0;
          --info: #1d4f79; --info-wash: #e8f0f7; --caution: #744700; --caution-wash: #fdf1d8;
          --alarm: #9c1c1c; --alarm-wash: #fcebe9;
          --used: #5d6a72; --freed: #c4661f; --reserved: #9aa3a6; --free: #dfe4e1; --hatch: #ffffff66;
          --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif;
          --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --page: #13181a; --surface: #1a2023; --ink: #e4e7e5; --muted: #a4aeb3; --line: #323a3e; --edge: #7d888d;
            --accent: #76c9d6; --accent-ink: #0c1719; --wash: #222a2d;
            --info: #a8d2f4; --info-wash: #14293a; --caution: #f2cd82; --caution-wash: #33270c;
            --alarm: #ffb4ab; --alarm-wash: #3d1917;
            --used: #8b989f; --freed: #d9772b; --reserved: #566166; --free: #2b3336; --hatch: #00000055;
          }
        }

        """

    static let base = """
        *, *::before, *::after { box-sizing: border-box; }
        [hidden] { display: none !important; }
        html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; scroll-padding-top: 1rem; }
        body { margin: 0; background: var(--page); color: var(--ink); font: 0.9375rem/1.5 var(--sans);
          font-variant-numeric: tabular-nums; overflow-wrap: break-word; }
        .page { max-width: 66rem; margin: 0 auto; padding: 0 1.25rem 3rem; }
        h1, h2, h3 { line-height: 1.25; text-wrap: balance; overflow-wrap: anywhere; }
        h1 { font-size: 1.5rem; margin: 0.25rem 0 0.25rem; letter-spacing: -0.01em; }
        h2 { font-size: 1.125rem; margin: 0 0 0.5rem; }
        h3 { font-size: 1rem; margin: 1.5rem 0 0.25rem; }
        p { margin: 0.5rem 0; max-width: 46rem; }
        a { color: var(--accent); text-underline-offset: 0.15em; }
        code, pre, kbd { font-family: var(--mono); font-size: 0.875em; overflow-wrap: anywhere; }
        section { margin-top: 2.25rem; }
        :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 2px; }
        .muted, .remark { color: var(--muted); }
        .skip { position: absolute; left: -100rem; background: var(--surface); padding: 0.5rem 1rem; z-index: 1; }
        .skip:focus { left: 1rem; top: 1rem; }
        .hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
          white-space: nowrap; }
        header.top { border-top: 4px solid var(--accent); padding-top: 1.25rem; display: flex; flex-wrap: wrap;
          justify-content: space-between; align-items: flex-start; gap: 0.5rem 1.5rem; }
        .session { margin: 0; color: var(--muted); font-size: 0.8125rem; }
        .session .quiet { margin-left: 0.75rem; padding: 0.1875rem 0.75rem; }
        .brand { margin: 0; font-size: 0.8125rem; font-weight: 600; letter-spacing: 0.04em; color: var(--accent); }
        .brand a { text-decoration: none; }
        .meta { margin: 0; color: var(--muted); overflow-wrap: anywhere; max-width: none; }
        nav { margin: 1rem 0 0; border-bottom: 1px solid var(--line); }
        nav ul { display: flex; flex-wrap: wrap; gap: 0 1.25rem; list-style: none; margin: 0; padding: 0; }
        nav + main h1 { margin-top: 1.25rem; }
        nav a { display: inline-block; padding: 0.375rem 0; text-decoration: none; color: var(--muted); }
        nav a:hover { color: var(--accent); text-decoration: underline; }
        nav a[aria-current] { color: var(--ink); font-weight: 600; box-shadow: inset 0 -3px var(--accent); }
        footer { margin-top: 3rem; border-top: 1px solid var(--line); padding-top: 0.75rem; color: var(--muted);
          font-size: 0.8125rem; }

        """
}
