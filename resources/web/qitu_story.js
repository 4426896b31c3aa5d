/* A story: scenes as steps, each with its place, layers, year and scheme, callouts, and what it is compared with. */
"use strict";
(function (Q) {
  const story = Q.data.story;
  if (!story) return;
  const steps = story.steps, panel = Q.byId("story"), list = Q.byId("story-steps"), FINGER = 40, STEP = 5;
  let at = -1, share = 0.5, touch = null;

  function word(name, value) {
    const said = story.words[name] || "";
    return value === undefined ? said : said.replace("{at}", value).replace("{count}", steps.length);
  }

  // -- steps -----------------------------------------------------------------------------------------------------------

  function marked(step) {
    return step.highlighted.map(function (pair) {
      const layer = Q.layerOf.get(pair[0]), row = layer ? layer.record.codes.indexOf(pair[1]) : -1;
      return row < 0 ? null : {layer: layer, row: row};
    }).filter(Boolean);
  }

  function fit(step, moving) {
    const box = step.bounds, bounds = L.latLngBounds(Q.place(box[0], box[1]), Q.place(box[2], box[3]));
    const wide = !Q.isPhone(), years = wide && !Q.byId("years").hidden;
    const room = {paddingTopLeft: [wide ? 332 : 8, wide ? 16 : 8], paddingBottomRight: [wide ? 70 : 8, years ? 104 : 40]};
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    Q.map.stop();
    if (moving && wide && !still) Q.map.flyToBounds(bounds, Object.assign({duration: 0.6}, room));
    else Q.map.fitBounds(bounds, Object.assign({animate: false}, room));
  }

  function state(part) {
    return {variant: part.variant, year: Math.max(0, Q.data.years.indexOf(part.year)), label: part.label};
  }

  function show(to, moving) {
    to = Math.max(0, Math.min(steps.length - 1, to));
    if (to === at) return;
    at = to;
    const step = steps[at], now = state(step);
    Q.stop();
    Q.state.selected = null;
    Q.others = [];
    Q.state.shown = new Set(step.visible);
    Q.state.variant = now.variant;
    Q.state.year = now.year;
    Q.state.before = step.before ? state(step.before) : null;
    Q.state.marked = marked(step);
    Q.byId("story-title").textContent = step.title;
    Q.byId("story-caption").textContent = step.caption;
    Q.byId("story-note").textContent = step.note;
    Q.byId("story-count").textContent = word("step_of", at + 1);
    Q.byId("story-back").disabled = at === 0;
    Q.byId("story-next").disabled = at === steps.length - 1;
    Array.from(list.children).forEach(function (item, place) {
      item.firstChild.toggleAttribute("aria-current", place === at);
    });
    contents(false);
    Q.chooseService(step.service);
    Q.tell("layers");
    Q.fade(step.opacity);
    Q.tell("selected");
    lay();
    swipe();
    Q.map.invalidateSize({animate: false, pan: false});
    fit(step, moving);
    callouts();
    document.body.dataset.step = String(at + 1);
  }

  /* The legend stands below what the story says. */
  function lay() {
    const box = panel.getBoundingClientRect();
    document.documentElement.style.setProperty("--story-bottom", (Q.isPhone() ? 0 : box.bottom) + "px");
  }

  function contents(open) {
    list.hidden = !open;
    panel.classList.toggle("listing", open);
    Q.byId("story-list").setAttribute("aria-expanded", String(open));
    lay();
  }

  // -- callouts: boxes with a leader, where they cover least -----------------------------------------------------------

  const WAYS = [[1, -1], [-1, -1], [1, 1], [-1, 1], [1, 0], [-1, 0], [0, -1], [0, 1]], FAR = [26, 44, 66];

  function over(one, other) {
    return Math.max(0, Math.min(one[2], other[2]) - Math.max(one[0], other[0])) *
      Math.max(0, Math.min(one[3], other[3]) - Math.max(one[1], other[1]));
  }

  function callouts() {
    const holder = Q.byId("callouts"), map = Q.map.getContainer().getBoundingClientRect(), size = Q.map.getSize();
    const drawing = Q.svg("svg", {width: size.x, height: size.y});
    holder.style.left = map.left + "px";
    holder.style.top = map.top + "px";
    holder.replaceChildren(drawing);
    const taken = ["story", "legend", "years", "zoom"].map(Q.byId).filter(function (each) { return each.offsetParent; })
      .map(function (each) {
        const box = each.getBoundingClientRect();
        return [box.left - map.left, box.top - map.top, box.right - map.left, box.bottom - map.top];
      });
    taken.push(...(Q.nameBoxes || []));
    steps[at].callouts.forEach(function (callout) {
      const spot = Q.map.latLngToContainerPoint(Q.place(callout.at[0], callout.at[1]));
      if (spot.x < 0 || spot.y < 0 || spot.x > size.x || spot.y > size.y || !callout.lines.length) return;
      const box = holder.appendChild(Q.make("div", "callout"));
      callout.lines.forEach(function (line, place) { box.append(Q.make(place ? "span" : "b", "", line)); });
      const wide = box.offsetWidth, high = box.offsetHeight;
      let best = null;
      FAR.forEach(function (reach) {
        WAYS.forEach(function (way) {
          const left = spot.x + way[0] * (reach + wide / 2) - wide / 2, top = spot.y + way[1] * (reach + high / 2) - high / 2;
          const own = [left, top, left + wide, top + high];
          const outside = wide * high - over(own, [0, 0, size.x, size.y]);
          const cost = 50 * outside + taken.reduce(function (sum, each) { return sum + over(own, each); }, 0) + reach;
          if (!best || cost < best[0]) best = [cost, own];
        });
      });
      const own = best[1];
      taken.push(own);
      box.style.left = own[0] + "px";
      box.style.top = own[1] + "px";
      const end = [Math.max(own[0], Math.min(own[2], spot.x)), Math.max(own[1], Math.min(own[3], spot.y))];
      [["#FFFFFF", 4], ["#1B272B", 1.5]].forEach(function (part) {
        drawing.append(Q.svg("line", {x1: spot.x, y1: spot.y, x2: end[0], y2: end[1], stroke: part[0], "stroke-width": part[1]}));
      });
      drawing.append(Q.svg("circle", {cx: spot.x, cy: spot.y, r: 4, fill: "#1B272B", stroke: "#FFFFFF"}));
    });
  }

  // -- before and after ------------------------------------------------------------------------------------------------

  const bar = Q.byId("swipe-bar");

  function swipe() {
    const on = Boolean(Q.state.before && Q.state.service);
    Q.byId("swipe").hidden = !on;
    document.body.classList.toggle("swiped", on);
    share = 0.5;
    if (on) {
      Q.byId("swipe-before").textContent = Q.state.before.label;
      Q.byId("swipe-after").textContent = steps[at].label;
    }
    clip();
  }

  /* Cut both sides at the bar. */
  function clip() {
    const on = Boolean(Q.state.before) && !Q.byId("swipe").hidden, map = Q.map.getContainer().getBoundingClientRect();
    const from = Q.map.containerPointToLayerPoint([0, 0]), to = Q.map.containerPointToLayerPoint(Q.map.getSize());
    const x = from.x + (to.x - from.x) * share;
    [["tints", x, to.x], ["signs", x, to.x], ["tints-before", from.x, x], ["signs-before", from.x, x]].forEach(function (part) {
      const pane = Q.map.getPane(part[0]);
      if (pane) pane.style.clip = on ? "rect(" + [from.y, part[2], to.y, part[1]].map(function (each) { return each + "px"; }).join(",") + ")" : "";
    });
    if (!on) return;
    const holder = Q.byId("swipe");
    holder.style.left = map.left + map.width * share + "px";
    holder.style.top = map.top + "px";
    holder.style.height = map.height + "px";
    bar.setAttribute("aria-valuenow", String(Math.round(100 * share)));
    bar.setAttribute("aria-valuetext", Q.state.before.label + " | " + steps[at].label);
  }

  function slide(to) {
    share = Math.max(0.02, Math.min(0.98, to));
    clip();
  }
  function under(event) {
    const map = Q.map.getContainer().getBoundingClientRect();
    return (event.clientX - map.left) / map.width;
  }
  let dragging = false;
  bar.addEventListener("pointerdown", function (event) {
    dragging = true;
    bar.setPointerCapture(event.pointerId);
    event.preventDefault();
    bar.focus();
  });
  bar.addEventListener("pointermove", function (event) { if (dragging) slide(under(event)); });
  ["pointerup", "pointercancel"].forEach(function (name) {
    bar.addEventListener(name, function () { dragging = false; });
  });
  bar.addEventListener("keydown", function (event) {
    const step = {ArrowLeft: -STEP, ArrowDown: -STEP, ArrowRight: STEP, ArrowUp: STEP, Home: -100, End: 100}[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    slide(share + step / 100);
  });

  // -- how it is gone through ------------------------------------------------------------------------------------------

  Q.byId("story-back").addEventListener("click", function () { show(at - 1, true); });
  Q.byId("story-next").addEventListener("click", function () { show(at + 1, true); });
  Q.byId("story-list").addEventListener("click", function () { contents(list.hidden); });
  [["story-back", "back"], ["story-next", "next"], ["story-list", "contents"], ["swipe-bar", "divider"]].forEach(function (pair) {
    Q.byId(pair[0]).setAttribute("aria-label", word(pair[1]));
    Q.byId(pair[0]).title = word(pair[1]);
  });
  steps.forEach(function (step, place) {
    const button = Q.make("button", "", step.title);
    button.type = "button";
    button.addEventListener("click", function () { contents(false); show(place, true); });
    list.appendChild(Q.make("li")).append(button);
  });
  document.addEventListener("keydown", function (event) {
    const there = event.target, own = there.closest && there.closest("input, select, textarea, [role=slider], #map_qitu");
    const step = {PageDown: 1, PageUp: -1}[event.key] || (own ? 0 : {ArrowRight: 1, ArrowLeft: -1}[event.key]);
    if (!step || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    show(at + step, true);
  });
  panel.addEventListener("touchstart", function (event) {
    touch = event.touches.length === 1 ? [event.touches[0].clientX, event.touches[0].clientY] : null;
  }, {passive: true});
  panel.addEventListener("touchend", function (event) {
    if (!touch) return;
    const dx = event.changedTouches[0].clientX - touch[0], dy = event.changedTouches[0].clientY - touch[1];
    touch = null;
    if (Math.abs(dx) > FINGER && Math.abs(dx) > 1.5 * Math.abs(dy)) show(at + (dx < 0 ? 1 : -1), true);
  }, {passive: true});

  Q.map.on("move zoom viewreset zoomend resize", function () { clip(); callouts(); });
  window.addEventListener("resize", function () { lay(); fit(steps[at], false); callouts(); clip(); });
  Q.listeners.push(function (what) {
    if (what === "view") callouts();
    if (what === "selected") {  // on a phone what was asked stands in the place of the step's words
      document.body.classList.toggle("asked", Boolean(Q.state.selected));
      if (Q.state.selected && Q.isPhone()) contents(false);
      if (Q.isPhone()) Q.map.invalidateSize({animate: false, pan: false});
    }
    if (what !== "theme" && what !== "year") return;
    Q.byId("years").hidden = !Q.hasYears();
    const step = steps[at];
    if (at >= 0 && Q.state.before) {
      const same = Q.state.service && Q.state.service.id === step.service;
      Q.byId("swipe").hidden = !same;
      const year = Q.data.years[Q.state.year];
      Q.byId("swipe-after").textContent = step.label.replace(String(step.year), String(year));
    }
    clip();
  });
  panel.hidden = false;
  document.body.classList.add("story");
  if (steps.length < 2) panel.classList.add("single");
  show(0, false);
})(window.QiTu);
