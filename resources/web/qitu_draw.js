/* Drawing: layers bottom to top, the tints of a service, columns by year. */
"use strict";
(function (Q) {
  const PLAIN = {interactive: false, fillOpacity: 1, opacity: 1, lineCap: "butt", lineJoin: "round"};
  const COLUMNS_FROM = 1500000, NEAR = 150000, FAR = 500000;
  let names = 0;

  // -- layers -------------------------------------------------------------------------------------------------

  /* A pane of the map at a height. */
  function pane(name, height) {
    const made = Q.map.getPane(name) || Q.map.createPane(name);
    made.style.zIndex = height;
    made.style.pointerEvents = "none";
    return name;
  }

  /* How wide roads are against their style: less under a theme and from afar. */
  function roadFactor(scale) {
    if (Q.state.service) return 0.62;
    return scale > FAR ? 0.8 : scale > NEAR ? 1 : 1.2;
  }

  Q.layers = Q.data.layers.map(function (record, at) {
    return {record: record, at: at, group: null, drawn: "", places: null};
  });
  Q.layerOf = new Map(Q.layers.map(function (layer) { return [layer.record.id, layer]; }));

  /* Places of every feature of a layer, unpacked when first needed. */
  Q.places = function (layer) {
    if (!layer.places) layer.places = layer.record.shapes.map(Q.unpack);
    return layer.places;
  };

  /* Classes of a layer that are drawn at a scale, as a list of flags. */
  Q.classesAt = function (record, scale) {
    const all = !record.min_scale || scale <= record.min_scale;
    return record.classes.map(function (each) { return all && (!each.min_scale || scale <= each.min_scale); });
  };

  /* Draw a layer anew where what it shows has changed. */
  function draw(layer) {
    const record = layer.record, scale = Q.scale(), wanted = Q.state.shown.has(record.id);
    const flags = Q.classesAt(record, scale);
    const key = wanted ? [flags.join(), Boolean(Q.state.service), Q.state.service && Q.state.service.role, record.geometry === "Point" && Q.state.service && Q.state.service.id, scale <= COLUMNS_FROM,
      record.geometry === "MultiLineString" ? roadFactor(scale) : ""].join("|") : "";
    if (layer.drawn === key) return;
    layer.drawn = key;
    if (layer.group) layer.group.remove();
    layer.group = null;
    if (!wanted) return;
    layer.group = L.layerGroup();
    const name = pane("layer" + layer.at, 310 + record.order);
    const options = Object.assign({}, PLAIN, {pane: name, smoothFactor: 0});
    if (record.geometry !== "Point") options.renderer = layer.renderer = layer.renderer || L.svg({pane: name, padding: 0.3});
    kinds[record.geometry](layer, flags, options);
    layer.group.addTo(Q.map);
    (layer.later || []).forEach(function (act) { act(); });
    layer.later = [];
  }

  /* How strongly layers are drawn: id -> 0 to 1; those that are not named wholly. */
  Q.fade = function (shares) {
    Q.layers.forEach(function (layer) {
      const own = Q.map.getPane("layer" + layer.at);
      if (own) own.style.opacity = layer.record.id in shares ? shares[layer.record.id] : "";
    });
  };

  const kinds = {
    MultiPolygon: function (layer, flags, options) {
      const record = layer.record, places = Q.places(layer);
      layer.later = [];
      const tints = !(Q.state.service && record.zone);  // under a theme a zone shows its hatch and its edge only
      record.classes.forEach(function (each, at) {
        if (!flags[at]) return;
        const own = [];
        record.class_of.forEach(function (of, row) { if (of === at) own.push(row); });
        const symbol = each.symbol;
        own.forEach(function (row) {
          if (symbol.fill && tints && !record.role) area(layer, places[row], options, symbol.fill);
          (symbol.patterns || []).forEach(function (hatch) { area(layer, places[row], options, Q.hatch(hatch)); });
          if (symbol.band) edge(layer, places[row], options, symbol.band);
        });
        (symbol.strokes || []).forEach(function (line) {
          if (record.arcs) return;
          own.forEach(function (row) { outline(layer, places[row], options, line, true); });
        });
        if (record.arcs && own.length && !(Q.state.service && Q.state.service.role === record.role && record.role === "unit.gacha")) {
          const arcs = Q.unpack(record.arcs);
          (symbol.strokes || []).forEach(function (line) { outline(layer, arcs, options, line, false); });
        }
      });
    },
    MultiLineString: function (layer, flags, options) {
      const record = layer.record, places = Q.places(layer);
      const road = record.classes.length > 5 || record.classes.some(function (each) { return (each.symbol.strokes || []).length > 1; });
      const factor = road ? roadFactor(Q.scale()) : 1;
      const deep = Math.max.apply(null, record.classes.map(function (each) { return (each.symbol.strokes || []).length; }));
      // Casings of all classes first, then cores, lowest class first.
      for (let level = 0; level < deep; level += 1) {
        for (let at = record.classes.length - 1; at >= 0; at -= 1) {
          const line = (record.classes[at].symbol.strokes || [])[level];
          if (!flags[at] || !line) continue;
          const all = [];
          record.class_of.forEach(function (of, row) { if (of === at) all.push.apply(all, places[row]); });
          if (all.length) outline(layer, all, options, {colour: line.colour, width: Math.max(line.width * factor, 1), dash: line.dash}, false);
        }
      }
    },
    Point: function (layer, flags, options) {
      const record = layer.record, places = Q.places(layer), covered = coveredSeats();
      record.class_of.forEach(function (of, row) {
        if (!flags[of] || !places[row].length || covered.has(record.shapes[row][0].join())) return;
        const symbol = record.classes[of].symbol, side = 2 * Math.ceil((symbol.size || 8) * 0.8) + 4;
        signAt(layer.group, places[row][0][0], Q.sign(symbol, side, record.turn[row]), side, options.pane);
      });
    }
  };

  /* Places where a theme's own columns or signs stand: no seat is drawn beneath them, only that of a sumu or more. */
  function coveredSeats() {
    const service = Q.state.service, own = new Set();
    if (!service || service.role !== "unit.gacha" || Q.scale() > COLUMNS_FROM) return own;
    const columns = Q.columnsOf(service);
    const signed = service.circles || columns.planned || columns.new || service.classes.some(function (each) { return each.symbol.marker; });
    if (signed) service.anchors.forEach(function (anchor) { own.add(anchor.join()); });
    return own;
  }

  function signAt(group, place, drawing, side, name) {
    group.addLayer(L.marker(place, {pane: name, interactive: false, keyboard: false,
      icon: L.divIcon({className: "sign-at", html: drawing, iconSize: [side, side], iconAnchor: [side / 2, side / 2]})}));
  }

  function area(layer, rings, options, paint) {
    const made = L.polygon(rings, Object.assign({}, options, {stroke: false, fillColor: paint, fillRule: "evenodd"}));
    layer.group.addLayer(made);
    return made;
  }

  function outline(layer, lines, options, line, closed) {
    const make = closed ? L.polygon : L.polyline;
    const made = make(lines, Object.assign({}, options, {fill: false, color: line.colour, weight: line.width,
      dashArray: line.dash.length ? line.dash.join(" ") : null}));
    layer.group.addLayer(made);
    return made;
  }

  /* A legal edge: a band along the inside, with teeth where it has them, clipped by the outline itself. */
  function edge(layer, rings, options, band) {
    const parts = [[band.colour, 2 * band.width, []]];
    if (band.tooth) parts.push([band.ink, 2 * band.tooth, [band.tooth_width, band.every]]);
    parts.forEach(function (part) {
      const made = outline(layer, rings, options, {colour: part[0], width: part[1], dash: part[2]}, true);
      layer.later.push(function () {
        const path = made.getElement();
        if (!path) return;
        names += 1;
        path.id = "edge" + names;
        const clip = Q.svg("clipPath", {id: "inside" + names});
        clip.appendChild(Q.svg("use", {href: "#edge" + names}));
        path.parentNode.insertBefore(clip, path);
        path.setAttribute("clip-path", "url(#inside" + names + ")");
        made.on("remove", function () { clip.remove(); });
      });
    });
  }

  // -- ground, tints and columns --------------------------------------------------------------------------------

  let ground = null, tints = [null, null], signs = [null, null], chosen = null;

  /* The banner's outer bands and the land inside it. */
  function drawGround() {
    const layer = Q.layers.find(function (each) { return each.record.role === "unit.banner"; }) ||
      Q.layers.find(function (each) { return each.record.role; });
    if (!layer || ground) return;
    const name = pane("ground", 300);
    const options = Object.assign({}, PLAIN, {pane: name, renderer: L.svg({pane: name, padding: 0.3}), smoothFactor: 0});
    ground = {group: L.layerGroup().addTo(Q.map)};
    const symbol = layer.record.classes[layer.record.classes.length - 1].symbol;
    Q.places(layer).forEach(function (rings) {
      (symbol.outer || []).forEach(function (band) { outline(ground, rings, options, band, true); });
    });
    const land = getComputedStyle(document.documentElement).getPropertyValue("--land").trim();
    Q.places(layer).forEach(function (rings) { area(ground, rings, options, land); });
  }

  /* Tints of the service that is shown, for the year that is shown; before: for the left side of a swipe. */
  function drawTints(before) {
    const side = before ? 1 : 0;
    if (tints[side]) tints[side].group.remove();
    tints[side] = null;
    if (before && !Q.state.before) return;
    const service = Q.state.service, at = service ? Q.yearOf(service, before) : -1;
    const layer = service && Q.layers.find(function (each) { return each.record.role === service.role; });
    if (!layer || at < 0) return;
    const name = pane(before ? "tints-before" : "tints", 329);
    renderers[name] = renderers[name] || L.svg({pane: name, padding: 0.3});
    const options = Object.assign({}, PLAIN, {pane: name, smoothFactor: 0, renderer: renderers[name]});
    const drawn = tints[side] = {group: L.layerGroup()};
    const rows = new Map(layer.record.codes.map(function (code, row) { return [code, row]; }));
    const places = Q.places(layer);
    service.codes.forEach(function (code, unit) {
      const of = service.fills[at][unit], row = rows.get(code);
      if (of < 0 || row === undefined) return;
      const symbol = service.classes[of].symbol;
      if (symbol.fill) area(drawn, places[row], options, symbol.fill);
      (symbol.patterns || []).forEach(function (hatch) { area(drawn, places[row], options, Q.hatch(hatch)); });
      outline(drawn, places[row], options, {colour: "#FFFFFF", width: 1.3, dash: []}, true);
    });
    drawn.group.addTo(Q.map);
  }
  const renderers = {};

  /* Columns by year, and signs of classes (how a gacha is served), at each unit's place. */
  function drawSigns(before) {
    const side = before ? 1 : 0;
    if (signs[side]) signs[side].remove();
    signs[side] = null;
    if (!before) Q.columnBoxes = [];
    if (before && !Q.state.before) return;
    const service = Q.state.service, at = service ? Q.yearOf(service, before) : -1;
    if (at < 0) return;
    const schemes = Q.state.variant || Q.state.before && Q.state.before.variant;  // of a scheme there are no columns to compare with
    const shown = Q.columnsOf(service, before), scale = Q.scale();
    const numbers = schemes || service.circles ? null : shown.planned || shown.new;
    const name = pane(before ? "signs-before" : "signs", 402), group = signs[side] = L.layerGroup();
    const view = Q.map.getBounds().pad(0.1);
    const largest = numbers ? Math.max(1, ...numbers.flat().filter(function (each) { return typeof each === "number"; })) : 0;
    service.codes.forEach(function (code, unit) {
      if (!service.anchors[unit].length) return;
      const place = Q.place(service.anchors[unit][0], service.anchors[unit][1]);
      if (!view.contains(place)) return;
      const symbol = service.fills[at][unit] >= 0 ? service.classes[service.fills[at][unit]].symbol : {};
      if (symbol.marker) signAt(group, place, Q.sign(symbol, 24), 24, name);
      if (service.circles) return;
      if (numbers && scale <= COLUMNS_FROM) columns(shown, numbers[unit], largest, place, scale, name, group, (before ? Q.state.before : Q.state).year);
    });
    if (service.circles) circles(service, at, scale, view, name, group);
    group.addTo(Q.map);
  }

  /* Circles whose area is what is missing, large ones below; what is not told or not known has none. */
  function circles(service, at, scale, view, name, group) {
    const paint = Q.data.circle_colours, renderer = renderers[name] = renderers[name] || L.svg({pane: name, padding: 0.3});
    const options = Object.assign({}, PLAIN, {pane: name, renderer: renderer});
    service.codes.map(function (code, unit) { return [service.rows[at][unit][1], service.anchors[unit]]; })
      .filter(function (each) { return typeof each[0] === "number" && each[0] > 0 && each[1].length; })
      .sort(function (one, other) { return other[0] - one[0]; })
      .forEach(function (each) {
        const place = Q.place(each[1][0], each[1][1]), radius = Q.radius(each[0], service.circles, scale);
        if (!view.contains(place)) return;
        [[paint[2], 2.2], [paint[1], 0.8]].forEach(function (line) {
          group.addLayer(L.circleMarker(place, Object.assign({}, options, {radius: radius, fillColor: paint[0], color: line[0], weight: line[1]})));
        });
        if (name === "signs") Q.columnBoxes.push([place, radius, radius, radius]);
      });
  }

  function columns(service, numbers, largest, place, scale, name, group, until) {
    const wide = Q.data.sizes.column, gap = Q.data.sizes.gap;
    const tallest = Math.min(Q.data.sizes.tallest, Q.data.sizes.tallest * 850000 * 0.62 / scale);
    const width = numbers.length * (wide + gap) + 2, height = tallest + 4, year = Q.data.years[until];
    const drawing = Q.svg("svg", {width: width, height: height, viewBox: [0, 0, width, height].join(" ")});
    const edge = service.year_colours[service.year_colours.length - 1];
    let top = 0;
    numbers.forEach(function (number, at) {
      if (typeof number !== "number" || number <= 0) return;
      const tall = Math.max(number / largest * tallest, 1);
      top = Math.max(top, tall);
      drawing.appendChild(Q.svg("rect", {x: 1 + at * (wide + gap), y: height - 1 - tall, width: wide, height: tall,
        fill: service.quota[at][0] <= year ? service.year_colours[at] : "#FFFFFF", stroke: edge, "stroke-width": 0.7}));
    });
    if (!top) return;
    drawing.appendChild(Q.svg("rect", {x: 0, y: height - 1, width: width, height: 1, fill: edge}));
    group.addLayer(L.marker(place, {pane: name, interactive: false, keyboard: false,
      icon: L.divIcon({className: "sign-at", html: drawing, iconSize: [width, height], iconAnchor: [width / 2, height]})}));
    Q.columnBoxes.push([place, width / 2, top]);
  }

  /* The selected feature and what a story points out: black case, yellow core; drawn on top of all. */
  function drawSelected() {
    if (chosen) chosen.group.remove();
    chosen = null;
    const marked = (Q.state.marked || []).concat(Q.state.selected ? [Q.state.selected] : []);
    if (!marked.length) return;
    const name = pane("selected", 401);
    const options = Object.assign({}, PLAIN, {pane: name, smoothFactor: 0, renderer: drawSelected.renderer =
      drawSelected.renderer || L.svg({pane: name, padding: 0.3})});
    chosen = {group: L.layerGroup()};
    marked.forEach(function (selected) {
      const lines = Q.places(selected.layer)[selected.row], closed = selected.layer.record.geometry === "MultiPolygon";
      [["#1A1A1A", Q.data.sizes.case], ["#FFD21F", Q.data.sizes.core]].forEach(function (part) {
        if (selected.layer.record.geometry === "Point") {
          lines.forEach(function (points) {
            chosen.group.addLayer(L.circleMarker(points[0], Object.assign({}, options, {radius: 10, fill: false,
              color: part[0], weight: part[1]})));
          });
        } else {
          outline(chosen, lines, options, {colour: part[0], width: part[1], dash: []}, closed);
        }
      });
    });
    chosen.group.addTo(Q.map);
  }

  Q.listeners.push(function (what) {
    drawGround();
    if (what === "layers" || what === "theme" || what === "view") Q.layers.forEach(draw);
    [false, true].forEach(function (before) {
      if (what === "theme" || what === "year") drawTints(before);
      if (what === "theme" || what === "year" || what === "view") drawSigns(before);
    });
    if (what === "selected") drawSelected();
  });
})(window.QiTu);
