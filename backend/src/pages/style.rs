//! The look of the employer's page, in one style sheet that travels with it.

/// One transparent GIF pixel: asked for when the field has the focus, which a mail scanner gives to nothing.
pub const PIXEL: &[u8] = &[
    0x47, 0x49, 0x46, 0x38, 0x39, 0x61, 1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0x21, 0xf9, 4, 1, 0, 0, 0, 0, 0x2c,
    0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3b,
];

/// The style sheet. `.resta` gets its seconds from the page: a registered integer that an animation counts to zero.
pub const CSS: &str = "
@property --s{syntax:'<integer>';inherits:false;initial-value:0}
:root{color-scheme:light;--ground:#fffefb;--ink:#1c2430;--ink2:#55606e;--line:#8a8f9c;--blue:#0b4f8a;--sky:#e6eef6;
--green:#1c7a4a;--red:#b3261e;--rose:#fbe9e7}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:400 1.0625rem/1.5 'IBM Plex Sans',system-ui,sans-serif}
main{max-width:30rem;margin:0 auto;padding:1.25rem}
.brand{display:flex;align-items:center;gap:.75rem;margin:0 0 1.5rem;font-weight:600}
.brandmark{width:2.25rem;height:2.25rem}.brandmark rect{fill:var(--blue)}.brandmark path{fill:#fff}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 .5rem;overflow-wrap:anywhere}
p{margin:0 0 1rem}.quiet{color:var(--ink2)}.large{font-size:1.125rem;font-weight:600}.foot{margin-top:1.25rem}
.time{display:flex;justify-content:space-between;align-items:center;background:var(--sky);border-radius:8px;
padding:.75rem 1rem;margin:1rem 0 1.5rem}
.clock{font-size:1.75rem;font-weight:600;font-variant-numeric:tabular-nums}
.resta{animation:resta linear forwards;counter-reset:m round(down,calc(var(--s)/60),1) s mod(var(--s),60)}
.resta::before{content:counter(m) ':' counter(s,dos)}
@counter-style dos{system:extends decimal;pad:2 '0'}
@keyframes resta{to{--s:0}}
label{display:block;font-weight:600;margin:1rem 0 .375rem}
.field{position:relative}
input[type=text]{width:100%;font:inherit;font-size:1.125rem;padding:.75rem 1rem;border:2px solid var(--line);border-radius:8px;
background:#fff;color:inherit;background-repeat:no-repeat;background-position:-9px -9px}
.field input[type=text]{padding-right:4.5rem}
input[type=text]:focus{border-color:var(--blue);outline:2px solid var(--blue);outline-offset:1px}
.secret{-webkit-text-security:disc}
form:has(#ver:checked) .secret{-webkit-text-security:none}
.show{position:absolute;right:.25rem;top:.25rem;margin:0;padding:.625rem .875rem;color:var(--blue);z-index:1;cursor:pointer;
min-height:2.75rem}
#ver:focus-visible+.show{outline:2px solid var(--blue);border-radius:6px}
#ver:checked+.show{text-decoration:underline;text-decoration-thickness:2px}
ul{list-style:none;margin:.75rem 0;padding:0}
li{padding:.125rem 0 .125rem 1.75rem;position:relative}
li::before{content:'';position:absolute;left:.25rem;top:.55em;width:.625rem;height:.625rem;border:2px solid var(--line);
border-radius:50%}
li.met::before{border:0;border-left:3px solid var(--green);border-bottom:3px solid var(--green);border-radius:0;
width:.875rem;height:.5rem;top:.45em;left:.125rem;transform:rotate(-45deg)}
li.broken{color:var(--red);font-weight:600}
li.broken::before{content:'×';border:0;color:var(--red);font-size:1.5rem;line-height:1;top:.05em;left:.125rem}
.alert{background:var(--rose);border-left:4px solid var(--red);border-radius:6px;padding:.75rem 1rem;margin:1rem 0}
.alert strong{color:var(--red)}.alert p{margin:.25rem 0 0}
button{width:100%;margin-top:1.5rem;padding:.875rem;font:inherit;font-size:1.125rem;font-weight:600;color:#fff;
background:var(--blue);border:0;border-radius:8px;cursor:pointer;min-height:3rem}
button:focus-visible{outline:3px solid var(--ink);outline-offset:2px}
.end{display:flex;gap:.875rem;align-items:center;margin:1.5rem 0 1rem}.end h1{margin:0}
.endmark{width:3rem;height:3rem;flex:none;fill:none;stroke:var(--red);stroke-width:3.5;stroke-linecap:round;stroke-linejoin:round}
.good .endmark{stroke:var(--green)}
.training{margin:0;padding:.375rem;text-align:center;font-weight:600;
background:repeating-linear-gradient(135deg,#fbf0dc 0 12px,#f6e2bd 12px 24px)}
.sr{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
@media (prefers-reduced-motion:reduce){.resta{animation-timing-function:steps(6)}}
";
