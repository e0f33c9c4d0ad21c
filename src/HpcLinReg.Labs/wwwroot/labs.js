// What a page cannot do from the server: follow the pointer, measure itself, keep the address bar, remember the theme.
// Everything that is drawn or computed comes from the server.
"use strict";

// The link that is to be shown next; not any more once the visitor has gone to another page.
const links = {
    next: null,
    timer: 0,
    write() {
        if (links.next !== null && new URL(links.next, location.href).pathname === location.pathname) {
            history.replaceState(history.state, "", links.next);
        }
        links.next = null;
    },
};

const labs = {
    // Makes a picture answer to pointer and keys. While the server is busy with a move, a newer move takes the place of an older one, so
    // that a slow connection makes a drag coarser but never late. All else is sent at once: what a hand does afterwards, to a button or
    // a slider, must not overtake the drop before it.
    attach(svg, host) {
        let held = null, pressed = null, pressedBefore = null, clicked = -Infinity, move = null, moving = false;

        const place = event => {
            const box = svg.getBoundingClientRect();
            return [event.clientX - box.left, event.clientY - box.top];
        };
        const send = (phase, what, [x, y]) => host.invokeMethodAsync("Pointer", phase, what, x, y).catch(() => { });
        const drag = async (what, at) => {
            move = [what, at];
            if (moving) {
                return;
            }
            moving = true;
            while (move !== null) {
                const [nextWhat, nextAt] = move;
                move = null;
                await send("drag", nextWhat, nextAt);
            }
            moving = false;
        };
        // A drop brings its own place: the move that still waits is before it, and nobody would see it.
        const tell = (phase, what, at) => {
            move = null;
            send(phase, what, at);
        };

        svg.addEventListener("pointerdown", event => {
            const mark = event.target.closest?.("[data-hit]");
            if (event.button !== 0 || !event.isPrimary || !mark) {
                return;
            }
            pressedBefore = pressed?.what;
            held = pressed = { what: mark.dataset.hit, at: place(event), moved: false };
            if (held.what !== "plot") {
                svg.setPointerCapture(event.pointerId);
                (mark.matches("[tabindex]") ? mark : svg.querySelector(`[tabindex][data-hit="${CSS.escape(held.what)}"]`))?.focus({ preventScroll: true });
                event.preventDefault();
            }
        });
        svg.addEventListener("pointermove", event => {
            if (held === null || !event.isPrimary) {
                return;
            }
            const at = place(event);
            held.moved ||= Math.hypot(at[0] - held.at[0], at[1] - held.at[1]) > 3;
            if (held.moved && held.what !== "plot") {
                drag(held.what, at);
            }
        });
        // A finger that holds something must not scroll the page away beneath it. Styles cannot say so: browsers look at touch-action of
        // whole pictures only, not of the shapes within.
        svg.addEventListener("touchmove", event => {
            if (held !== null && held.what !== "plot" && event.cancelable) {
                event.preventDefault();
            }
        }, { passive: false });
        const release = event => {
            if (held === null || !event.isPrimary) {
                return;
            }
            const { what, at, moved } = held;
            held = null;
            if (moved && what !== "plot") {
                tell("drop", what, event.type === "pointercancel" ? at : place(event));
            }
        };
        svg.addEventListener("pointerup", release);
        svg.addEventListener("pointercancel", release);
        svg.addEventListener("click", event => {
            if (pressed === null || pressed.moved || event.detail === 0) {
                return;
            }
            // Browsers count clicks at the pace the visitor has set, but not all of them count taps.
            const again = event.detail > 1 || (event.pointerType === "touch" && event.timeStamp - clicked < 400);
            clicked = event.timeStamp;
            const { what, at } = pressed;
            if (what === "plot") {
                // The second press of a double click belongs to the first: it adds one point, not two.
                if (!again) {
                    tell("click", what, at);
                }
            } else if (again && what === pressedBefore) {
                // Only when both presses met the same thing, so that a new point is not removed by the click that made it.
                tell("twice", what, at);
                pressed = null;
            } else {
                tell("select", what, at);
            }
        });

        const keys = new Set(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Delete", "Backspace", "Insert", "PageUp", "PageDown", "Home", "End"]);
        svg.addEventListener("keydown", async event => {
            if (!keys.has(event.key) || event.ctrlKey || event.altKey || event.metaKey) {
                return;
            }
            event.preventDefault();
            const what = event.target.closest?.("[data-hit]")?.dataset.hit ?? "";
            const focus = await host.invokeMethodAsync("Key", what, event.key, event.shiftKey).catch(() => null);
            if (focus) {
                svg.querySelector(`[data-hit="${CSS.escape(focus)}"]`)?.focus({ preventScroll: true });
            }
        });

        const measure = () => {
            const box = svg.getBoundingClientRect();
            const em = parseFloat(getComputedStyle(document.documentElement).fontSize);
            return box.width > 0 && box.height > 0 ? host.invokeMethodAsync("Resize", box.width, box.height, em).catch(() => { }) : null;
        };
        let soon = 0;
        new ResizeObserver(() => {
            clearTimeout(soon);
            soon = setTimeout(measure, 60);
        }).observe(svg);
        return measure();
    },

    // The page answers now: tests and people wait for it.
    ready(element) {
        element.dataset.ready = "true";
    },

    // The address bar shows the state; the history of the browser does not grow with every drag. Browsers ignore or refuse more than some
    // ten changes a second for long (a key held down makes thirty), so that those too soon after another wait, and only the last one counts.
    link(address) {
        links.next = address;
        if (links.timer === 0) {
            links.write();
            links.timer = setTimeout(() => {
                links.timer = 0;
                links.write();
            }, 100);
        }
    },

    async copyLink() {
        links.write();
        try {
            await navigator.clipboard.writeText(location.href);
            return true;
        } catch {
            return false;
        }
    },

    // Text goes to the server as a stream, which takes only as much as it wants.
    text(element) {
        return new Blob([element.value]);
    },

    // Saves a picture as it is seen, its colours and fonts written into it; without the handles, which are no part of it.
    async save(id, format) {
        const svg = document.getElementById(id), copy = svg.cloneNode(true), box = svg.getBoundingClientRect();
        const from = svg.querySelectorAll("*"), to = copy.querySelectorAll("*");
        const kept = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-opacity", "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "font-size", "font-weight", "opacity"];
        to.forEach((shape, k) => {
            const style = getComputedStyle(from[k]);
            for (const name of kept) {
                shape.style.setProperty(name, style.getPropertyValue(name));
            }
            for (const name of ["data-hit", "tabindex", "role", "class"]) {
                shape.removeAttribute(name);
            }
        });
        [...to].filter((_, k) => from[k].matches(".grip, .hold")).forEach(shape => shape.remove());
        copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
        copy.setAttribute("width", box.width);
        copy.setAttribute("height", box.height);
        copy.setAttribute("font-family", getComputedStyle(document.documentElement).fontFamily);
        ["class", "role", "aria-describedby", "id"].forEach(name => copy.removeAttribute(name));
        const ground = document.createElementNS("http://www.w3.org/2000/svg", "rect");
        for (const [name, value] of [["width", "100%"], ["height", "100%"], ["fill", getComputedStyle(svg).backgroundColor]]) {
            ground.setAttribute(name, value);
        }
        copy.prepend(ground);
        const text = new XMLSerializer().serializeToString(copy);
        const link = document.createElement("a");
        link.download = `${id}.${format}`;
        if (format === "svg") {
            link.href = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
        } else {
            const image = new Image();
            image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
            await image.decode();
            const canvas = document.createElement("canvas");
            [canvas.width, canvas.height] = [2 * box.width, 2 * box.height];
            canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
            link.href = canvas.toDataURL("image/png");
        }
        link.click();
    },

    prefersStillness() {
        return matchMedia("(prefers-reduced-motion: reduce)").matches;
    },

    theme() {
        return document.documentElement.dataset.theme ?? "system";
    },

    setTheme(theme) {
        if (theme === "light" || theme === "dark") {
            document.documentElement.dataset.theme = theme;
        } else {
            delete document.documentElement.dataset.theme;
        }
        try {
            localStorage.setItem("theme", theme);
        } catch {
            // A browser that keeps nothing still shows the theme.
        }
    },
};
window.labs = labs;

// While keys move a slider, the answers to earlier keys come in. They must not put it back: the last answer is shown once it is where the
// keys left the slider, or once something else is done.
const value = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value");
document.addEventListener("keydown", event => {
    const slider = event.target;
    if (!slider.matches?.("input[type=range]") || event.ctrlKey || event.metaKey || event.altKey) {
        slider.letGo?.();
        return;
    }
    if (!slider.letGo) {
        const patience = 3000, rest = 300;
        let answer = null;
        Object.defineProperty(slider, "value", {
            configurable: true,
            get: () => value.get.call(slider),
            set: next => { answer = next; },
        });
        const watch = setInterval(() => {
            const quiet = performance.now() - slider.lastKey;
            if (quiet > patience || (quiet > rest && String(answer) === value.get.call(slider))) {
                slider.letGo();
            }
        }, 50);
        slider.letGo = () => {
            clearInterval(watch);
            slider.removeEventListener("focusout", slider.letGo);
            delete slider.letGo;
            delete slider.value;
            if (answer !== null) {
                slider.value = answer;
            }
        };
        slider.addEventListener("focusout", slider.letGo);
    }
    slider.lastKey = performance.now();
}, true);

try {
    labs.setTheme(localStorage.getItem("theme"));
} catch {
    // As above.
}

// Undo and redo by the keys everybody knows, unless somebody is typing.
document.addEventListener("keydown", event => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.target.matches?.("textarea, input[type=text], input[type=number]")) {
        return;
    }
    const key = event.key.toLowerCase();
    const name = key === "y" || (key === "z" && event.shiftKey) ? "redo" : key === "z" ? "undo" : null;
    const button = name && document.querySelector(`[data-shortcut="${name}"]:not(:disabled)`);
    if (button) {
        event.preventDefault();
        button.click();
    }
});

// A lost connection is taken up again; when the server no longer knows the visitor, the address bar still holds the state.
document.addEventListener("DOMContentLoaded", () => {
    const notice = document.getElementById("components-reconnect-modal");
    notice?.addEventListener("components-reconnect-state-changed", event => {
        const state = event.detail.state;
        notice.hidden = state === "hide";
        if (state === "failed" || state === "rejected") {
            location.reload();
        }
    });
    Blazor.start({
        circuit: {
            reconnectionOptions: {
                maxRetries: 60,
                retryIntervalMilliseconds: attempt => attempt === 0 ? 0 : Math.min(250 * attempt, 3000),
            },
        },
    });
});
