/** The page's own style; one constant, so that its hash in the content security policy never depends on a bundle. */
export const STYLE = `:root{color-scheme:light dark;--bg:#f7f8f9;--panel:#fff;--ink:#1b2026;--muted:#545e69;--line:#d8dde3;--soft:#eef1f4;--accent:#0a58a6;--critical:#b3261e;--critical-soft:#fcebea;--warning:#8a5300;--warning-soft:#fdf3e0;--info:#0a58a6;--info-soft:#e8f1fb;--clean:#19703a;--clean-soft:#e6f5eb;--follower:#dde3ea;--follower-ink:#3a4450;--candidate:#f3c552;--candidate-ink:#3a2b00;--mark:#fff3c4;--dens:#9aa7b4;--dens-warning:#c98a1b;--dens-error:#c0392b;--hatch:#b3261e}
@media (prefers-color-scheme:dark){:root{--bg:#0f1317;--panel:#171c22;--ink:#e5e9ee;--muted:#9fabb7;--line:#2c343d;--soft:#1f262d;--accent:#7ab8f5;--critical:#ff9089;--critical-soft:#3a1c1b;--warning:#f0b75e;--warning-soft:#362811;--info:#7ab8f5;--info-soft:#17293d;--clean:#74cf94;--clean-soft:#14301f;--follower:#2d3640;--follower-ink:#c0cad4;--candidate:#d9a72e;--candidate-ink:#1d1500;--mark:#413814;--dens:#5b6875;--dens-warning:#d99a2b;--dens-error:#f0695e;--hatch:#ff9089}}
*{box-sizing:border-box}
[hidden]{display:none!important}
html{scroll-padding-top:3.2rem}
@media (prefers-reduced-motion:no-preference){html{scroll-behavior:smooth}}
body{margin:0;background:var(--bg);color:var(--ink);font:14px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif}
code,pre,time,.hash{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:12px}
time{font-variant-numeric:tabular-nums;white-space:nowrap}
a{color:var(--accent);text-underline-offset:2px}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
h1,h2,h3,h4{line-height:1.25;margin:0}
h1{font-size:18px}h2{font-size:17px;margin-bottom:12px}h3{font-size:15px}h4{font-size:12px;margin:14px 0 4px;color:var(--muted);text-transform:uppercase;letter-spacing:.04em}
p{margin:6px 0}
.quiet{color:var(--muted)}
.skip{position:absolute;left:-999px}.skip:focus{left:8px;top:8px;background:var(--panel);padding:8px;z-index:3}
header,main,footer{max-width:1240px;margin:0 auto;padding:0 20px}
header{padding-top:20px;padding-bottom:8px}
header p{margin:2px 0;overflow-wrap:anywhere}
nav{position:sticky;top:0;z-index:2;background:var(--bg);border-bottom:1px solid var(--line)}
nav ul{max-width:1240px;margin:0 auto;padding:0 12px;display:flex;list-style:none;overflow-x:auto;scrollbar-width:thin}
nav a{display:block;padding:9px 8px;text-decoration:none;white-space:nowrap;color:var(--muted)}
nav a:hover{color:var(--ink);text-decoration:underline}
main>section{background:var(--panel);border:1px solid var(--line);border-radius:8px;padding:16px 18px;margin:16px 0}
.badge{display:inline-block;border-radius:4px;padding:0 7px;font-size:11px;font-weight:650;line-height:19px;text-transform:uppercase;letter-spacing:.04em;vertical-align:1px;white-space:nowrap}
.badge.critical,.count.critical{color:var(--critical);background:var(--critical-soft)}
.badge.warning,.count.warning{color:var(--warning);background:var(--warning-soft)}
.badge.info,.count.info{color:var(--info);background:var(--info-soft)}
.badge.clean{color:var(--clean);background:var(--clean-soft)}
.verdict{display:flex;gap:12px;align-items:baseline;border-left:4px solid var(--line);padding:2px 0 2px 14px}
.verdict.critical{border-color:var(--critical)}.verdict.warning{border-color:var(--warning)}.verdict.clean{border-color:var(--clean)}
.verdict p{margin:0}
.told{max-width:80ch;margin:10px 0 14px}
.headline{font-size:20px;font-weight:650;line-height:1.3;overflow-wrap:anywhere}
.headline a{color:inherit;text-decoration:none}.headline a:hover{text-decoration:underline}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(190px,1fr));gap:1px;margin:16px 0}
.card{box-shadow:0 0 0 1px var(--line);padding:10px 12px}
.card dt{color:var(--muted);font-size:12px}
.card dd{margin:2px 0 0;font-weight:600;overflow-wrap:anywhere}
.card small{display:block;font-weight:400;color:var(--muted);font-size:12px;margin-top:2px}
.count{border-radius:4px;padding:0 6px;font-size:12px;white-space:nowrap}
.story{list-style:none;margin:8px 0 0;padding:0}
.story li{display:grid;grid-template-columns:max-content 1fr;gap:14px;padding:3px 0;border-top:1px solid var(--soft)}
.story time{color:var(--muted)}
figure{margin:0}
.tools{display:flex;flex-wrap:wrap;gap:6px;margin-bottom:8px}
button,select,input{font:inherit;font-size:13px;color:var(--ink);background:var(--panel);border:1px solid var(--line);border-radius:5px;padding:2px 10px;min-height:28px}
button{cursor:pointer}button:hover{background:var(--soft)}
.scroll{overflow-x:auto}
#lane-drawing{display:block;width:100%;min-width:720px;height:auto;touch-action:pan-y;user-select:none}
svg text{font:11.5px system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;fill:var(--ink)}
svg .lane-name{font-size:12px;fill:var(--ink)}svg .lane-name.small{font-size:10.5px;fill:var(--muted)}svg .base{stroke:var(--line)}.other.warning rect{fill:var(--warning)}.other.critical rect{fill:var(--critical)}.other.fine rect{fill:var(--clean)}.edge rect{fill:var(--ink);opacity:.28;pointer-events:none}
.mark line{stroke:var(--line)}.mark text{fill:var(--muted);font-variant-numeric:tabular-nums}
.leader rect{fill:#1d5fa6}.leader text{fill:#fff;font-weight:650}
.t1 rect{fill:#0b6e66}.t2 rect{fill:#6a4bb5}.t3 rect{fill:#8a4b08}.t4 rect{fill:#97307a}.t5 rect{fill:#44566b}
.follower rect{fill:var(--follower)}.follower text{fill:var(--follower-ink)}
.candidate rect{fill:var(--candidate)}.candidate text{fill:var(--candidate-ink)}
.pre-candidate rect{fill:var(--candidate);fill-opacity:.55}.pre-candidate text{fill:var(--ink)}
.down rect{fill:var(--critical-soft);stroke:var(--critical);stroke-dasharray:4 3}.down text{fill:var(--critical);font-weight:700}
.unknown rect{fill:none;stroke:var(--line);stroke-dasharray:2 3}.unknown text{fill:var(--muted)}
.leaderless rect{fill:url(#hatch)}.hatch-a{fill:var(--hatch);opacity:.07}.hatch-b{fill:var(--hatch);opacity:.22}
.d-all{fill:var(--dens)}.d-warning{fill:var(--dens-warning)}.d-error{fill:var(--dens-error)}
.fi text{fill:var(--ink);paint-order:stroke;stroke:var(--panel);stroke-width:3px}
.fi.critical rect{fill:var(--critical)}.fi.warning rect{fill:var(--dens-warning)}.fi.info rect{fill:var(--info)}
svg a:hover text{text-decoration:underline}
figcaption{color:var(--muted);font-size:12px}
.legend{display:flex;flex-wrap:wrap;gap:4px 16px;list-style:none;padding:0;margin:6px 0 0}
.key{display:inline-block;min-width:22px;padding:0 5px;height:18px;line-height:18px;border-radius:3px;text-align:center;font-size:11px;font-weight:650;vertical-align:middle}
.key.leader{color:#fff;background:#1d5fa6}.key.t1{background:#0b6e66}.key.t2{background:#6a4bb5}.key.t3{background:#8a4b08}.key.t4{background:#97307a}.key.t5{background:#44566b}
.key.follower{background:var(--follower);color:var(--follower-ink)}.key.candidate{background:var(--candidate);color:var(--candidate-ink)}
.key.pre-candidate{background:var(--mark);color:var(--ink);border:1px solid var(--candidate)}
.key.down{background:var(--critical-soft);color:var(--critical);border:1px dashed var(--critical);line-height:16px}
.key.leaderless{background:repeating-linear-gradient(45deg,var(--critical-soft) 0 4px,var(--hatch) 4px 6px);opacity:.6}
.key.dens{background:linear-gradient(90deg,var(--dens) 0 34%,var(--dens-warning) 34% 67%,var(--dens-error) 67%)}
.finding{border-left:4px solid var(--line);padding:2px 0 6px 14px;margin:0 0 22px}
.finding:last-child{margin-bottom:0}
.finding.critical{border-color:var(--critical)}.finding.warning{border-color:var(--warning)}.finding.info{border-color:var(--info)}
.finding h3{overflow-wrap:anywhere}
.finding:target{background:linear-gradient(90deg,var(--mark),transparent 60%)}
.meta{color:var(--muted);font-size:13px;display:flex;flex-wrap:wrap;gap:4px 10px;align-items:center}
.meta a{color:inherit}
.node{background:var(--soft);border-radius:4px;padding:0 7px;min-width:0;overflow-wrap:anywhere}
select{max-width:16rem}
.zoom{min-height:24px;padding:0 8px;font-size:12px}
.summary{max-width:90ch;overflow-wrap:anywhere}
.causes{list-style:none;padding:0;margin:6px 0}.causes li{padding:1px 0;overflow-wrap:anywhere}
.rel{color:var(--muted)}.lag{color:var(--muted)}
summary{cursor:pointer;color:var(--muted);font-size:13px;padding:3px 0}
summary:hover{color:var(--ink)}
.evidence,.steps{margin:4px 0;padding-left:26px}
.evidence li,.steps li{padding:3px 0}
.evidence li::marker,.steps li::marker{color:var(--muted)}
.why{color:inherit;text-decoration-color:var(--muted)}
.at,.written{color:var(--muted);font-size:12px;font-variant-numeric:tabular-nums}
.place{margin-right:6px}.place code{overflow-wrap:anywhere}
.line{display:block;background:var(--soft);border-radius:4px;padding:4px 8px;margin-top:3px;white-space:pre-wrap;overflow-wrap:anywhere;max-height:5.2em;overflow:hidden;color:var(--ink)}
.risk{border:1px solid var(--line);border-radius:4px;padding:0 6px;font-size:12px;color:var(--muted);white-space:nowrap}
.risk.medium{color:var(--warning);border-color:currentColor}.risk.high{color:var(--critical);border-color:currentColor}
.note{color:var(--muted);font-size:13px}
pre{margin:4px 0;padding:7px 10px;background:var(--soft);border-radius:4px;overflow-x:auto;white-space:pre-wrap;overflow-wrap:anywhere}
.filters{display:flex;flex-wrap:wrap;gap:8px 16px;align-items:center;margin-bottom:10px;color:var(--muted)}
#filter-text{min-width:16rem}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%}
caption{text-align:left;padding:0 0 6px;font-size:12px}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
#cursor line{stroke:var(--ink);stroke-opacity:.55}#cursor text{fill:var(--ink);font-weight:600;paint-order:stroke;stroke:var(--panel);stroke-width:5px}
th,td{text-align:left;vertical-align:top;padding:4px 12px 4px 0;border-bottom:1px solid var(--soft);font-weight:400;overflow-wrap:anywhere}
thead th{color:var(--muted);font-size:12px;border-bottom:1px solid var(--line);white-space:nowrap}
#events tr:hover{background:var(--soft)}
#events td:nth-child(2){white-space:nowrap}
.kind{color:var(--muted)}
.where{max-width:26rem}
.where code{font-size:11px}
.excerpt{margin:0 0 20px}
.path{font:600 12.5px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
.hash{color:var(--muted);font-size:11px;margin:2px 0 6px;overflow-wrap:anywhere}
.log{list-style:none;margin:0;padding:6px 0;background:var(--soft);border-radius:5px}
.log li{display:grid;grid-template-columns:5.5rem minmax(0,1fr) auto;gap:10px;padding:1px 10px 1px 0;border-left:3px solid transparent}
.log code{white-space:pre-wrap;overflow-wrap:anywhere;color:var(--muted)}
.log .cited{border-left-color:var(--accent)}.log .cited code{color:var(--ink)}
.log li:target{background:var(--mark)}.log li:target code,.log li:target .no,.log li:target .by{color:var(--ink)}
.no{text-align:right;color:var(--muted);text-decoration:none;font:12px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
.by{font-size:11px;color:var(--muted)}
.gap{color:var(--muted);justify-content:center}
.log li.gap{display:block;padding-left:5rem;line-height:1}
.undecided,.paths{padding-left:20px;margin:4px 0}.undecided li,.paths li{padding:2px 0;overflow-wrap:anywhere}
footer{padding-bottom:32px;font-size:12px}
@media (max-width:720px){header,main,footer{padding-left:10px;padding-right:10px}main>section{padding:12px}.log li{grid-template-columns:3.5rem minmax(0,1fr)}.by{grid-column:2}#filter-text{min-width:0;width:100%}}
@media print{:root{--bg:#fff;--panel:#fff}body{font-size:10pt}nav,.tools,.filters,.zoom,.skip{display:none!important}header,main,footer{max-width:none;padding:0}main>section{border:0;border-top:1px solid #999;border-radius:0;padding:10px 0;margin:8px 0}.finding,tr,.log li,.card{break-inside:avoid}h2,h3,h4{break-after:avoid}.line{max-height:none}.scroll,.wide{overflow:visible}#lane-drawing{min-width:0}a{color:inherit}svg,.badge,.key,.count,.card,.line,.log,.node{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
@media print and (prefers-color-scheme:dark){:root{--ink:#1b2026;--muted:#545e69;--line:#d8dde3;--soft:#eef1f4;--critical:#b3261e;--critical-soft:#fcebea;--warning:#8a5300;--warning-soft:#fdf3e0;--info:#0a58a6;--info-soft:#e8f1fb;--follower:#dde3ea;--follower-ink:#3a4450;--mark:#fff3c4}}
`;
