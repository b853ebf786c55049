#include <nn/training/report/report_parts.hpp>

namespace wengert::nn {

std::string_view report_style() {
  return R"(:root {
  color-scheme: light dark;
  --paper: #f6f7f9; --card: #fff; --ink: #1b1e23; --soft: #565c66; --rule: #d9dce1; --link: #0a58a8;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --paper: #14161a; --card: #1c1f24; --ink: #e6e8eb; --soft: #a9afb9; --rule: #363b43; --link: #83bdf5;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif; }
main { max-width: 68rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
h1 { margin: 0 0 1rem; font-size: clamp(1.5rem, 4vw, 2.1rem); line-height: 1.2; letter-spacing: -.01em; }
h2 { margin: 2.75rem 0 .75rem; font-size: 1.2rem; }
h3 { margin: 0 0 .5rem; font-size: 1rem; }
p { max-width: 44rem; margin: .5rem 0; }
a { color: var(--link); }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
h1, h2, h3, p, li, td, summary { overflow-wrap: anywhere; }
.scroll, figure, details { background: var(--card); border: 1px solid var(--rule); border-radius: .5rem; }
.scroll { overflow-x: auto; width: fit-content; max-width: 100%; padding: .75rem 1rem; }
.beside { display: flex; flex-wrap: wrap; align-items: flex-start; gap: 1rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
caption { max-width: calc(100vw - 5rem); padding-bottom: .5rem; text-align: left; font-weight: 600; }
th, td { padding: .35rem 0 .35rem clamp(1rem, 3vw, 2rem); text-align: right; white-space: nowrap; }
th:first-child { padding-left: 0; text-align: left; }
thead th, thead td { border-bottom: 1px solid var(--soft); color: var(--soft); font-weight: 600; }
tbody th { font-weight: 400; }
caption + tbody td { text-align: left; white-space: normal; }
tbody tr + tr > * { border-top: 1px solid var(--rule); }
figure { margin: 0 0 1rem; padding: .9rem 1rem 1rem; }
figcaption { margin-bottom: .5rem; font-weight: 600; }
.panels { display: flex; flex-wrap: wrap; gap: 1rem; }
.panels > div:not(.scroll) { flex: 1 1 20rem; min-width: 0; max-width: 33rem; }
.panels p { text-align: center; }
.panels .note { color: var(--soft); font-size: .9rem; text-align: left; }
svg { display: block; width: 100%; height: auto; }
img { display: block; max-width: 100%; height: auto; background: #fff; }
svg text { fill: var(--ink); }
details { margin: 0 0 .75rem; }
details .scroll { margin: 0; border: 0; border-top: 1px solid var(--rule); border-radius: 0; width: auto; }
details caption { position: absolute; clip-path: inset(50%); }
summary { padding: .6rem 1rem; cursor: pointer; font-weight: 600; }
.interrupted { padding: .6rem 1rem; border-left: .3rem solid #d55e00; background: var(--card); font-weight: 600; }
summary span { margin-left: .5rem; color: var(--soft); font-weight: 400; }
pre { margin: 0; font: .85rem/1.45 ui-monospace, "DejaVu Sans Mono", monospace; }
ul { margin: 0; padding-left: 1.25rem; }
@media (max-width: 36rem) {
  main { padding: 1.25rem .75rem 3rem; }
  .scroll { padding: .75rem; }
  .stacks caption { display: block; }
  .stacks thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .stacks, .stacks tbody, .stacks tr { display: block; }
  .stacks tbody th { display: block; padding: .5rem 0 .1rem; font-weight: 600; text-align: left; white-space: normal; }
  .stacks tbody td { display: flex; justify-content: space-between; gap: 1rem; padding: .05rem 0; border: 0; }
  .stacks tbody tr > th { border-top: 0; }
  .stacks tbody td::before { content: attr(data-label); color: var(--soft); }
}
@media print {
  :root { color-scheme: light; }
  body { background: none; font-size: 10pt; }
  main { max-width: none; padding: 0; }
  figure, .beside > .scroll, tr { break-inside: avoid; }
  details::details-content { content-visibility: visible; block-size: auto; }
}
)";
}

}  // namespace wengert::nn
