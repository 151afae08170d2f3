extension StyleSheet {
    static let components = """
        .banner { display: flex; gap: 0.75rem; align-items: flex-start; margin: 0.75rem 0; padding: 0.625rem 0.875rem;
          border: 1px solid; border-left-width: 5px; border-radius: 4px; overflow-wrap: anywhere; }
        .banner p { margin: 0; max-width: none; }
        .banner ul { margin: 0.125rem 0 0; padding-left: 1.125rem; font-size: 0.875rem; }
        .banner a { color: inherit; font-weight: 600; }
        .banner .next { display: block; font-size: 0.8125rem; }
        .banner .glyph { flex: none; min-width: 1.375rem; height: 1.375rem; margin-top: 0.0625rem;
          border-radius: 0.6875rem; border: 1.5px solid;
          font: 700 0.8125rem/1.1875rem var(--sans); text-align: center; }
        .banner.info { color: var(--info); background: var(--info-wash); }
        .banner.caution { color: var(--caution); background: var(--caution-wash); }
        .banner.alarm { color: var(--alarm); background: var(--alarm-wash); }
        .facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: 0.75rem;
          margin: 1.25rem 0; }
        .card { background: var(--surface); border: 1px solid var(--line); border-radius: 6px;
          padding: 0.75rem 1rem; }
        .card.caution { border-left: 5px solid var(--caution); }
        .card.alarm { border-left: 5px solid var(--alarm); }
        .facts dt { color: var(--muted); font-size: 0.8125rem; }
        .facts dd { margin: 0; }
        .figure { display: block; font-size: 1.625rem; line-height: 1.2; font-weight: 600; letter-spacing: -0.015em; }
        .remark { font-size: 0.8125rem; }
        .badge { display: inline-block; padding: 0 0.5rem; border: 1px solid; border-radius: 1rem; font-size: 0.8125rem;
          white-space: nowrap; color: var(--muted); }
        .badge.ready { color: var(--accent); }
        .badge.caution { color: var(--caution); background: var(--caution-wash); }
        .badge.alarm { color: var(--alarm); background: var(--alarm-wash); }
        .panel p { max-width: none; }
        .panel > :first-child { margin-top: 0; }
        .panel { background: var(--surface); border: 1px solid var(--line); border-radius: 6px; padding: 1rem 1.25rem; }
        .change { display: flex; flex-wrap: wrap; gap: 0.25rem 2.5rem; margin: 0.75rem 0 0; }
        .change div { min-width: 12rem; }
        .change dt { color: var(--muted); font-size: 0.8125rem; }
        .change dd { margin: 0; font-weight: 600; }
        .command { display: block; padding: 0.5rem 0.75rem; margin: 0.375rem 0; background: var(--wash);
          border: 1px solid var(--line); border-radius: 4px; white-space: pre-wrap; overflow-wrap: anywhere;
          user-select: all; -webkit-user-select: all; }
        .pairs { display: grid; grid-template-columns: max-content 1fr; gap: 0.125rem 1rem; margin: 0.375rem 0; }
        .pairs dt { color: var(--muted); }
        .pairs dd { margin: 0; overflow-wrap: anywhere; }
        .calm, .empty { padding: 1.25rem; border: 1px dashed var(--edge); border-radius: 6px; color: var(--muted);
          max-width: none; }
        .work { margin: 0.75rem 0; padding: 0.625rem 0.875rem; background: var(--surface);
          border: 1px solid var(--line); border-left-width: 5px; border-radius: 4px; overflow-wrap: anywhere; }
        .work p { margin: 0; max-width: none; }
        .work.caution { border-left-color: var(--caution); }
        .work.alarm { border-left-color: var(--alarm); }
        .work progress { width: 100%; height: 0.75rem; margin-top: 0.5rem; accent-color: var(--accent); }
        .pager { display: flex; flex-wrap: wrap; gap: 0.5rem 1rem; align-items: center; margin: 0.75rem 0;
          border: 0; }

        """

    static let tables = """
        .scroll { position: relative; overflow-x: auto; background: var(--surface); border: 1px solid var(--line);
          border-radius: 6px; }
        table { border-collapse: collapse; width: 100%; }
        caption { text-align: left; padding: 0.625rem 0.875rem 0.25rem; color: var(--muted); font-size: 0.8125rem; }
        th, td { padding: 0.4375rem 0.875rem; text-align: left; vertical-align: top;
          border-top: 1px solid var(--line); }
        thead th { border-top: 0; color: var(--muted); font-size: 0.8125rem; font-weight: 600; white-space: nowrap;
          vertical-align: bottom; }
        tbody th { font-weight: 600; }
        tbody tr:hover { background: var(--wash); }
        .number { text-align: right; white-space: nowrap; }
        .nowrap { white-space: nowrap; }
        td.path { min-width: 17rem; width: 100%; }
        td.wide { min-width: 14rem; }
        .path code { font-size: 0.8125rem; }
        .some { font-weight: 700; }
        .none { color: var(--muted); }
        details:not([open]) { display: inline-block; margin-left: 0.75rem; vertical-align: top; }
        summary { cursor: pointer; color: var(--accent); font-size: 0.8125rem;
          line-height: 1.5rem; width: max-content; max-width: 100%; }
        details ul { margin: 0.25rem 0; padding-left: 1.125rem; }
        .detail { font-size: 0.8125rem; padding: 0.25rem 0 0.375rem; }
        details.whole:not([open]) { display: block; margin: 0; }
        .part { display: inline-block; margin-right: 0.5rem; }
        td .part { display: block; margin: 0; }
        .more { margin: 0.5rem 0 0; color: var(--muted); }

        """

    static let charts = """
        .gauge { display: block; width: 100%; height: 2rem; border-radius: 4px; background: var(--free); }
        .gauge .used, .swatch.used { fill: var(--used); background: var(--used); }
        .gauge .freed, .swatch.freed { fill: var(--freed); background: var(--freed); }
        .gauge .reserved, .swatch.reserved { fill: var(--reserved); background: var(--reserved); }
        .gauge .free, .swatch.free { fill: var(--free); background: var(--free); }
        .gauge .part { stroke: var(--surface); stroke-width: 2; }
        .gauge .stroke { fill: var(--hatch); }
        .legend { display: flex; flex-wrap: wrap; gap: 0.25rem 1.5rem; list-style: none; padding: 0; margin: 0.5rem 0 0;
          font-size: 0.8125rem; }
        .swatch { display: inline-block; width: 0.75rem; height: 0.75rem; margin-right: 0.5rem; border-radius: 2px;
          outline: 1px solid var(--edge); vertical-align: -0.0625rem; }
        .swatch.freed { background-image: repeating-linear-gradient(45deg, var(--hatch) 0 2px, transparent 2px 5px); }
        .share { display: block; width: 4.5rem; height: 4px; margin: 0.1875rem 0 0.1875rem auto; }
        .share .track { fill: var(--line); } .share .fill { fill: var(--freed); }
        .map { container-type: inline-size; }
        .treemap { display: block; width: 100%; height: 360px; border-radius: 6px; }
        .tile rect { stroke: var(--page); stroke-width: 2; }
        .tile text { fill: #ffffff; font: 11.5px var(--sans); display: none; }
        .tile .size { font-weight: 700; font-size: 13px; }
        .tone-0 rect, .swatch.tone-0 { fill: #1b6570; background: #1b6570; }
        .tone-1 rect, .swatch.tone-1 { fill: #4b5897; background: #4b5897; }
        .tone-2 rect, .swatch.tone-2 { fill: #845617; background: #845617; }
        .tone-3 rect, .swatch.tone-3 { fill: #7a4672; background: #7a4672; }
        .tone-4 rect, .swatch.tone-4 { fill: #3c6b42; background: #3c6b42; }
        .tone-5 rect, .swatch.tone-5 { fill: #8a3f3a; background: #8a3f3a; }
        @container (min-width: 300px) { .tile .from-300 { display: inline; } }
        @container (min-width: 480px) { .tile .from-480 { display: inline; } }
        @container (min-width: 640px) { .tile .from-640 { display: inline; } }
        @container (min-width: 800px) { .tile .from-800 { display: inline; } }
        @container (min-width: 960px) { .tile .from-960 { display: inline; } }
        .trend { display: block; width: 100%; height: 220px; overflow: visible; }
        .trend .grid { stroke: var(--line); } .trend .tick { fill: var(--muted); font: 12px var(--sans);
          stroke: var(--surface); stroke-width: 4px; stroke-linejoin: round; paint-order: stroke; }
        .trend .middle { text-anchor: middle; } .trend .end { text-anchor: end; }
        .trend .line { fill: none; stroke: var(--freed); stroke-width: 2.5; stroke-linejoin: round; }
        .trend .area { fill: var(--freed); opacity: 0.14; } .trend .dot { fill: var(--freed); }

        """
}
