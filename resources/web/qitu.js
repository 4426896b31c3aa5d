/* The page's frame: title, services, legend, years, scale bar, foot; and what happens at the start. */
"use strict";
(function (Q) {
  const data = Q.data, STEP_MS = 1400, STEPS = [1, 2, 4, 5, 10];
  let playing = 0;

  // -- head and foot -------------------------------------------------------------------------------------------------

  document.title = data.title;
  Q.byId("title").textContent = data.title;
  Q.byId("period").textContent = [data.period, data.scheme].filter(Boolean).join(" · ");
  Q.byId("legend-title").textContent = Q.word("legend");
  Q.byId("north-word").textContent = Q.word("north");
  Q.byId("foot-right").textContent = data.foot.right.join(" · ");
  [["zoom-in", "zoom_in"], ["zoom-out", "zoom_out"], ["zoom-whole", "whole"], ["show-legend", "layers"], ["play", "play"],
    ["service", "service"], ["cells", "years"]].forEach(function (pair) {
    Q.byId(pair[0]).setAttribute("aria-label", Q.word(pair[1]));
    Q.byId(pair[0]).title = Q.word(pair[1]);
  });

  // -- services --------------------------------------------------------------------------------------------------------

  function chooseService(id) {
    Q.state.service = data.services.find(function (each) { return each.id === id; }) || null;
    Q.tell("theme");
  }

  const all = [{id: "", title: Q.word("overview"), tab: true}].concat(data.services);
  all.filter(function (each) { return each.tab; }).forEach(function (each) {
    const button = Q.byId("tabs").appendChild(Q.make("button", "", each.title));
    button.type = "button";
    button.dataset.service = each.id;
    button.addEventListener("click", function () { chooseService(each.id); });
  });
  const rest = Q.byId("service").appendChild(Q.make("option", "rest", Q.word("more_themes")));
  rest.value = "-";
  rest.disabled = true;
  all.forEach(function (each) {
    const option = Q.byId("service").appendChild(Q.make("option", each.tab ? "tabbed" : "", each.title));
    option.value = each.id;
  });
  Q.byId("service").addEventListener("change", function (event) { chooseService(event.target.value); });

  function showService() {
    const id = Q.state.service ? Q.state.service.id : "";
    const tabs = Array.from(Q.byId("tabs").children), tabbed = tabs.some(function (tab) { return tab.dataset.service === id; });
    tabs.forEach(function (tab) { tab.classList.toggle("current", tab.dataset.service === id); });
    Q.byId("service").value = tabbed && Q.byId("tabs").offsetWidth ? "-" : id;
    Q.byId("service").classList.toggle("current", !tabbed);
    const chapters = Q.state.service ? Array.from(new Set(Q.state.service.targets.map(function (each) { return each.chapter; }))) : [];
    const basis = data.foot.basis.replace("{clauses}", (chapters.length ? chapters : data.clauses).join("、"));
    Q.byId("foot-left").textContent = [basis].concat(data.foot.left).join(" · ");
  }

  // -- legend ----------------------------------------------------------------------------------------------------------

  function legendRow(symbol, geometry, title, count) {
    const row = Q.make("div", "row");
    row.append(Q.swatch(symbol, geometry), Q.make("span", "words", title));
    if (count !== undefined) row.append(Q.make("span", "count", Q.number(count)));
    return row;
  }

  function countsOf(service, at) {
    const counts = service.classes.map(function () { return 0; });
    service.fills[at].forEach(function (of) { if (of >= 0) counts[of] += 1; });
    return counts;
  }

  function fillTheme() {
    const service = Q.state.service, at = service ? Q.yearOf(service) : -1, made = [], strip = [];
    if (service) {
      made.push(Q.make("h3", "", at < 0 ? service.title : service.headings[at]));
      if (service.subtitle) made.push(Q.make("p", "", service.subtitle));
      if (at < 0) made.push(Q.make("p", "", Q.word("not_dated")));
    }
    if (at >= 0) {
      const other = Q.state.before ? Q.yearOf(service, true) : -1, earlier = other < 0 ? null : countsOf(service, other);
      countsOf(service, at).forEach(function (count, of) {
        if (!count && !(earlier && earlier[of])) return;
        const said = earlier ? Q.number(earlier[of]) + " → " + Q.number(count) : count;
        made.push(legendRow(service.classes[of].symbol, "MultiPolygon", service.classes[of].title, said));
        const part = Q.make("div", "part");
        part.append(Q.swatch(service.classes[of].symbol, "MultiPolygon"), Q.make("span", "", service.classes[of].title));
        strip.push(part);
      });
      const columns = Q.columnsOf(service);
      if (service.circles) made.push(circleKey(service.circles));
      else if (columns.planned || columns.new) made.push(ruler(columns));
      made.push(Q.make("p", "target", data.foot.document));
      service.targets.forEach(function (target) {
        made.push(Q.make("p", "target", Q.word("target") + target.title + Q.word("chapter").replace("{chapter}", target.chapter)));
      });
    }
    Q.byId("legend-theme").replaceChildren(...made);
    Q.byId("ramp").replaceChildren(...strip);
  }

  /* The columns explain themselves by the years' colours. */
  function ruler(service) {
    const row = Q.make("div", "row columns");
    const drawing = row.appendChild(Q.svg("svg", {width: 26, height: 14, class: "swatch"}));
    service.quota.forEach(function (pair, at) {
      drawing.appendChild(Q.svg("rect", {x: 1 + at * 6, y: 9 - 2.5 * at, width: 5, height: 4 + 2.5 * at, fill: service.year_colours[at],
        stroke: service.year_colours[service.year_colours.length - 1], "stroke-width": 0.7}));
    });
    row.append(Q.make("span", "words", Q.word(service.planned ? "quota" : "columns") + " " + service.quota.map(function (pair) {
      return pair[0];
    }).join(" ")));
    return row;
  }

  /* Circles explain themselves by two or three of them, one in the other, as large as they are on the map. */
  function circleKey(circles) {
    const part = Q.make("div", "circles"), paint = data.circle_colours, scale = Q.scale(), step = 15;
    const widest = Q.radius(circles.key[circles.key.length - 1], circles, scale), high = Math.max(2 * widest, circles.key.length * step) + 4;
    const drawing = Q.svg("svg", {width: 2 * widest + 90, height: high});
    let line = high;
    circles.key.slice().reverse().forEach(function (number) {
      const r = Q.radius(number, circles, scale);
      drawing.appendChild(Q.svg("circle", {cx: widest + 1, cy: high - 2 - r, r: r, fill: paint[0], stroke: paint[1], "stroke-width": 0.8}));
    });
    circles.key.forEach(function (number, at) {
      const top = high - 2 - 2 * Q.radius(number, circles, scale);
      line = Math.min(top, at ? line - step : high - 6);
      drawing.appendChild(Q.svg("line", {x1: widest + 1, y1: top, x2: 2 * widest + 10, y2: line, stroke: "#6B7479", "stroke-width": 0.8}));
      const word = drawing.appendChild(Q.svg("text", {x: 2 * widest + 14, y: Math.max(line + 4, 11), "font-size": 12}));
      word.textContent = Q.number(number) + " " + (Q.state.service ? Q.state.service.unit : "");
    });
    part.append(Q.make("p", "", circles.title), drawing);
    return part;
  }

  function layerRow(layer) {
    const record = layer.record, shown = Q.state.shown.has(record.id), made = Q.make("div", "layer");
    const head = made.appendChild(Q.make("label", "row"));
    const box = head.appendChild(Q.make("input"));
    box.type = "checkbox";
    box.checked = shown;
    box.dataset.layer = record.id;
    box.addEventListener("change", function () {
      if (box.checked) Q.state.shown.add(record.id); else Q.state.shown.delete(record.id);
      Q.tell("layers");
    });
    const present = presentClasses(record);
    if (present.length === 1) head.append(Q.swatch(record.classes[present[0]].symbol, record.geometry));
    head.append(Q.make("span", "words", record.title));
    if (record.schematic) head.append(Q.make("span", "badge", Q.word("schematic")));
    head.append(Q.make("span", "count", Q.number(record.class_of.length)));
    if (shown && present.length > 1) {
      const titles = new Set();
      present.forEach(function (of) {
        if (titles.has(record.classes[of].title)) return;
        titles.add(record.classes[of].title);
        made.append(legendRow(record.classes[of].symbol, record.geometry, record.classes[of].title));
      });
    }
    return made;
  }

  function presentClasses(record) {
    return Array.from(new Set(record.class_of)).sort(function (one, other) { return one - other; });
  }

  function fillLayers() {
    const more = Q.byId("more-layers"), open = more ? more.open : false;
    const top = Q.layers.slice().reverse(), made = [];
    top.filter(function (layer) { return Q.state.shown.has(layer.record.id); })
      .forEach(function (layer) { made.push(layerRow(layer)); });
    const rest = top.filter(function (layer) { return !Q.state.shown.has(layer.record.id); });
    if (rest.length) {
      const details = Q.make("details");
      details.id = "more-layers";
      details.open = open;
      details.append(Q.make("summary", "", Q.word("more")));
      const groups = new Map();
      rest.forEach(function (layer) {
        if (!groups.has(layer.record.group)) groups.set(layer.record.group, []);
        groups.get(layer.record.group).push(layer);
      });
      groups.forEach(function (layers, title) {
        details.append(Q.make("h4", "", title));
        layers.forEach(function (layer) { details.append(layerRow(layer)); });
      });
      made.push(details);
    }
    Q.byId("legend-layers").replaceChildren(...made);
  }

  function fold(open) {
    Q.byId("legend").classList.toggle("folded", !open);
    Q.byId("fold").setAttribute("aria-expanded", String(open));
  }
  Q.byId("fold").addEventListener("click", function () {
    if (Q.isPhone()) document.body.classList.remove("layering");
    else fold(Q.byId("legend").classList.contains("folded"));
  });
  Q.byId("show-legend").addEventListener("click", function () { document.body.classList.toggle("layering"); });

  // -- years -------------------------------------------------------------------------------------------------------------

  const cells = Q.byId("cells");

  Q.chooseService = chooseService;
  Q.showYear = showYear;
  Q.hasYears = function () { return Boolean(Q.state.service) && toldYears().length > 1; };
  Q.stop = function () { play(false); };

  /* Places of the years that are told, and of these the nearest to a place, on the way from where one is. */
  function toldYears() {
    return data.years.map(function (_year, at) { return at; }).filter(function (at) { return Q.tells(Q.state.service, at); });
  }
  function yearNear(at) {
    const from = Q.state.year, way = at < from ? -1 : 1;
    return toldYears().filter(function (each) { return (each - from) * way > 0; })
      .sort(function (one, other) { return Math.abs(one - at) - Math.abs(other - at) || (other - one) * way; })[0];
  }

  function showYear(at) {
    const near = at === Q.state.year ? at : yearNear(at);
    if (near === undefined) return;
    Q.state.year = near;
    Q.tell("year");
  }

  function fillYears() {
    const service = Q.state.service && Q.columnsOf(Q.state.service), numbers = service && (service.planned || service.new) ? service.quota : [];
    const largest = Math.max(1, ...numbers.map(function (pair) { return pair[1]; }));
    cells.replaceChildren(...data.years.map(function (year, at) {
      const told = Q.tells(Q.state.service, at), cell = Q.make("div", at === Q.state.year ? "cell current" : told ? "cell" : "cell untold"), of = numbers.findIndex(function (pair) { return pair[0] === year; });
      const box = cell.appendChild(Q.make("div", "bar"));
      if (of >= 0) {
        const column = box.appendChild(Q.make("i", at <= Q.state.year ? "" : "hollow"));
        column.style.height = Math.round(numbers[of][1] / largest * 36) + "px";
        column.style.borderColor = service.year_colours[service.year_colours.length - 1];
        if (at <= Q.state.year) column.style.background = service.year_colours[of];
        box.append(Q.make("em", "", Q.number(numbers[of][1])));
      }
      cell.append(Q.make("span", "", String(year)));
      if (!told) cell.title = Q.word("withheld");
      return cell;
    }));
    cells.setAttribute("aria-valuemin", data.years[0]);
    cells.setAttribute("aria-valuemax", data.years[data.years.length - 1]);
    cells.setAttribute("aria-valuenow", data.years[Q.state.year]);
    cells.setAttribute("aria-valuetext", Q.word("year_end").replace("{year}", data.years[Q.state.year]));
  }

  function cellUnder(event) {
    const box = cells.getBoundingClientRect();
    return Math.floor((event.clientX - box.left) / box.width * data.years.length);
  }
  let dragging = false;
  cells.addEventListener("pointerdown", function (event) {
    dragging = true;
    cells.setPointerCapture(event.pointerId);
    play(false);
    showYear(cellUnder(event));
  });
  cells.addEventListener("pointermove", function (event) {
    if (dragging && Math.max(0, Math.min(data.years.length - 1, cellUnder(event))) !== Q.state.year) showYear(cellUnder(event));
  });
  ["pointerup", "pointercancel"].forEach(function (name) {
    cells.addEventListener(name, function () { dragging = false; });
  });
  cells.addEventListener("keydown", function (event) {
    const step = {ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, Home: -99, End: 99}[event.key];
    if (!step) return;
    event.preventDefault();
    play(false);
    showYear(Q.state.year + step);
  });

  function play(on) {
    window.clearInterval(playing);
    playing = 0;
    if (on) {
      const told = toldYears();
      if (Q.state.year >= told[told.length - 1]) showYear(0);
      playing = window.setInterval(function () {
        if (Q.state.year >= told[told.length - 1]) play(false); else showYear(Q.state.year + 1);
      }, STEP_MS);
    }
    Q.byId("play-sign").setAttribute("d", on ? "M7 4h4v16H7zM14 4h4v16h-4z" : "M7 4v16l13-8z");
    Q.byId("play").setAttribute("aria-label", Q.word(on ? "pause" : "play"));
  }
  Q.byId("play").addEventListener("click", function () { play(!playing); });

  // -- scale bar -----------------------------------------------------------------------------------------------------------

  function fillScale() {
    const metres = Math.pow(2, -Q.map.getZoom()), half = 120 * metres / 2, power = Math.pow(10, Math.floor(Math.log10(half)));
    const length = 2 * STEPS.filter(function (step) { return step * power <= half; }).pop() * power;
    const big = length >= 1000, width = length / metres, part = width / 4;
    const drawing = Q.svg("svg", {width: width + 56, height: 24, viewBox: [-12, 0, width + 56, 24].join(" ")});
    for (let at = 0; at < 4; at += 1) {
      drawing.appendChild(Q.svg("rect", {x: at * part, y: 17, width: part, height: 4, fill: at % 2 ? "#FFFFFF" : "#1B272B",
        stroke: "#1B272B", "stroke-width": 0.8}));
    }
    [[0, "0"], [width / 2, String(length / 2 / (big ? 1000 : 1))], [width, length / (big ? 1000 : 1) + (big ? " km" : " m")]]
      .forEach(function (pair) {
        const word = drawing.appendChild(Q.svg("text", {x: pair[0], y: 12, "text-anchor": "middle", "font-size": 11}));
        word.textContent = pair[1];
      });
    Q.byId("scale").replaceChildren(drawing);
  }

  // -- start ---------------------------------------------------------------------------------------------------------------

  const corner = data.bounds, whole = L.latLngBounds(Q.place(corner[0], corner[1]), Q.place(corner[2], corner[3]));

  function showWhole() {
    const wide = !Q.isPhone();
    Q.map.fitBounds(whole, {paddingTopLeft: [wide ? 290 : 8, 16], paddingBottomRight: [wide ? 60 : 8, wide ? 96 : 24], animate: false});
  }

  Q.listeners.push(function (what) {
    if (what === "theme") showService();
    if (what === "theme" || what === "year") { fillTheme(); fillYears(); }
    if (what === "layers" || what === "theme") fillLayers();
    if (what === "view") fillScale();
    if (what === "view" && Q.state.service && Q.state.service.circles) fillTheme();  // its key is as large as the map's
  });
  Q.byId("zoom-in").addEventListener("click", function () { Q.map.zoomIn(); });
  Q.byId("zoom-out").addEventListener("click", function () { Q.map.zoomOut(); });
  Q.byId("zoom-whole").addEventListener("click", showWhole);
  data.layers.forEach(function (record) { if (record.visible) Q.state.shown.add(record.id); });
  showWhole();
  chooseService(data.theme);
  Q.map.invalidateSize({animate: false});  // what the card says has taken its room by now
  showWhole();
  Q.tell("view");
  Q.map.on("moveend zoomend", function () { Q.tell("view"); });
  window.addEventListener("resize", function () { Q.map.invalidateSize(); });
  document.body.classList.add("ready");
})(window.QiTu);
