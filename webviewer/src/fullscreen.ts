// Only the images on the whole screen, and back.

const BARE = "bare";

/** Where a browser refuses the whole screen, the images still fill its window. */
export function fullScreen(): void {
  const on = document.body.classList.toggle(BARE);
  if (on) document.documentElement.requestFullscreen?.().catch(() => undefined);
  else if (document.fullscreenElement) void document.exitFullscreen();
}

/** Esc leaves the whole screen by the browser's own rule: the page follows. */
document.addEventListener("fullscreenchange", () => {
  if (!document.fullscreenElement) document.body.classList.remove(BARE);
});
