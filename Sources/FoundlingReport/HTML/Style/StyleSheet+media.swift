extension StyleSheet {
    static let forms = """
        form { margin: 0.75rem 0; }
        select { text-overflow: ellipsis; }
        label { display: block; margin: 0.5rem 0 0.125rem; font-weight: 600; font-size: 0.8125rem; }
        label.check { display: flex; gap: 0.5rem; align-items: baseline; font-weight: 400; }
        .hint { color: var(--muted); font-size: 0.8125rem; margin: 0.125rem 0; }
        input, select, textarea { font: inherit; color: inherit; background: var(--surface); max-width: 100%;
          border: 1px solid var(--edge); border-radius: 4px; padding: 0.375rem 0.625rem; }
        input[type="text"], input[type="search"], input[type="password"] { width: 24rem; }
        button, .button { display: inline-block; font: 600 0.875rem/1.4 var(--sans); cursor: pointer;
          padding: 0.4375rem 1rem; border: 1px solid var(--accent); border-radius: 4px; background: var(--accent);
          color: var(--accent-ink); text-decoration: none; }
        button.quiet, .button.quiet { background: transparent; color: var(--accent); }
        button.danger { background: var(--alarm-wash); border-color: var(--alarm); color: var(--alarm); }
        button:hover, .button:hover { text-decoration: underline; text-underline-offset: 0.2em; }
        button:disabled { opacity: 1; background: var(--wash); border-color: var(--line); color: var(--muted);
          cursor: not-allowed; text-decoration: none; }
        .actions { display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: flex-end; margin: 0.75rem 0; }
        .actions form, td form { margin: 0; }
        td .actions { margin: 0; min-width: 9rem; }
        button, .button { overflow-wrap: normal; }
        .actions > *, .filters > * { min-width: 0; max-width: 100%; overflow-wrap: anywhere; }
        .filters input[type="text"], .group input[type="text"] { width: 14rem; }
        input + button { margin-top: 0.25rem; }
        details input[type="text"] { width: 16rem; }
        .group { padding-left: 1rem; border-left: 1px solid var(--line); margin-left: 0.5rem; }
        .actions > .remark { align-self: center; }
        input::placeholder { color: var(--muted); opacity: 1; }
        .filters { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; align-items: flex-end; }

        """

    /// Each row of a wide table as a card of its own, with the head of each column in front of what stands in it.
    private static let stacked = """
        .stack, .stack tbody, .stack tr, .stack th, .stack td { display: block; width: auto; min-width: 0; }
          .stack thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
          .stack tr { padding: 0.5rem 0.75rem; border-top: 1px solid var(--line); }
          .stack tr:first-child { border-top: 0; }
          .stack th, .stack td, .stack td.path, .stack td.wide { border: 0; padding: 0.0625rem 0;
            text-align: left; min-width: 0; white-space: normal; overflow-wrap: anywhere; }
          .stack td { display: inline-block; margin-right: 1rem; }
          .stack td.path, .stack td.wide { display: block; margin: 0; }
          .stack td:empty { display: none; }
          .stack td[data-label]::before { content: attr(data-label) ": "; color: var(--muted); font-size: 0.8125rem; }
          .stack .share { display: none; }
        """

    static let narrow = """
        @media (max-width: 40rem) {
          .page { padding: 0 0.875rem 2rem; }
          h1 { font-size: 1.25rem; }
          .panel { padding: 0.875rem; }
          .facts { grid-template-columns: 1fr 1fr; gap: 0.5rem; }
          .card { padding: 0.5rem 0.75rem; }
          .figure { font-size: 1.375rem; }
          th, td { padding: 0.375rem 0.625rem; }
          .pairs { grid-template-columns: 1fr; gap: 0; }
          .pairs dd { margin-bottom: 0.375rem; }
          nav a { padding: 0.5rem 0; }
          .facts .card:last-child:nth-child(odd) { grid-column: 1 / -1; }
          .group { padding: 0; border: 0; margin: 0; width: 100%; }
          \(Self.stacked)
        }
        @media (forced-colors: active) { .tile rect, .gauge .part { forced-color-adjust: none; } }

        """

    /// On paper everything that is folded away is open, nothing scrolls, and colours keep to what ink can say.
    static let paper = """
        @media print {
          :root { color-scheme: light; --page: #ffffff; --surface: #ffffff; --ink: #000000; --muted: #444444;
            --line: #bbbbbb; --edge: #777777; --accent: #0a4a56; --accent-ink: #ffffff; --wash: #f2f2f2;
            --info: #1d4f79; --info-wash: #ffffff; --caution: #5e3a00; --caution-wash: #ffffff;
            --alarm: #8a1414; --alarm-wash: #ffffff;
            --used: #5d6a72; --freed: #c4661f; --reserved: #9aa3a6; --free: #e8ebe9; --hatch: #ffffff66; }
          body { font-size: 9.5pt; }
          .page { max-width: none; padding: 0; }
          nav, .skip, form { display: none; }
          .scroll { overflow: visible; border: 0; }
          .gauge, .treemap, .swatch, .share { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
          h2, h3, caption { break-after: avoid; }
          tr, .banner, .card, svg { break-inside: avoid; }
          thead { display: table-header-group; }
          td.path, td.wide { min-width: 0; }
          details, details:not([open]) { display: block; margin: 0; }
          .badge, .nowrap, thead th { white-space: normal; }
          details::details-content { content-visibility: visible; display: block; }
          @supports selector(details::details-content) { summary { display: none; } }
        }
        @page { margin: 15mm; }

        """
}
