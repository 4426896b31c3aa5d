/* What is where: features under a click, the card that tells of one, the leader from it to its place. */
"use strict";
(function (Q) {
  const NEAR = {Point: 14, MultiLineString: 7};

  // -- what lies under a point of the window ----------------------------------------------------------------------

  function toSegment(p, a, b) {
    const dx = b.x - a.x, dy = b.y - a.y, length = dx * dx + dy * dy;
    const share = length ? Math.max(0, Math.min(1, ((p.x - a.x) * dx + (p.y - a.y) * dy) / length)) : 0;
    return Math.hypot(p.x - a.x - share * dx, p.y - a.y - share * dy);
  }

  function inside(place, rings) {
    let within = false;
    rings.forEach(function (ring) {
      for (let at = 0, before = ring.length - 1; at < ring.length; before = at, at += 1) {
        const a = ring[at], b = ring[before];
        if ((a.lat > place.lat) !== (b.lat > place.lat) &&
            place.lng < (b.lng - a.lng) * (place.lat - a.lat) / (b.lat - a.lat) + a.lng) within = !within;
      }
    });
    return within;
  }

  function distance(layer, row, pixel) {
    let best = Infinity;
    Q.places(layer)[row].forEach(function (line) {
      const points = line.map(function (each) { return Q.map.latLngToContainerPoint(each); });
      if (points.length === 1) best = Math.min(best, pixel.distanceTo(points[0]));
      for (let at = 1; at < points.length; at += 1) best = Math.min(best, toSegment(pixel, points[at - 1], points[at]));
    });
    return best;
  }

  /* Features under a place, the most telling first: signs, lines, the unit of the theme, zones. */
  Q.under = function (place) {
    const pixel = Q.map.latLngToContainerPoint(place), scale = Q.scale(), reach = Q.isPhone() ? 2 : 1, found = [];
    Q.layers.forEach(function (layer) {
      const record = layer.record;
      if (!Q.state.shown.has(record.id) && !record.role) return;
      if (record.role && record.role !== (Q.state.service ? Q.state.service.role : "unit.gacha")) return;
      const flags = Q.classesAt(record, scale);
      record.class_of.forEach(function (of, row) {
        if (!flags[of] && !record.role) return;
        if (record.geometry === "MultiPolygon") {
          if (inside(place, Q.places(layer)[row])) found.push([record.role ? 2000 : 3000 - record.order, layer, row]);
        } else {
          const away = distance(layer, row, pixel);
          const rank = record.seat && Q.state.service ? 2500 : record.geometry === "Point" ? 0 : 1000;  // a theme is about units
          if (away <= NEAR[record.geometry] * reach) found.push([rank + away, layer, row]);
        }
      });
    });
    return found.sort(function (one, other) { return one[0] - other[0]; })
      .map(function (each) { return {layer: each[1], row: each[2]}; });
  };

  // -- the card --------------------------------------------------------------------------------------------------------

  /* Show a feature (or nothing); others are what else lies there. */
  Q.select = function (feature, others) {
    Q.state.selected = feature;
    Q.others = others || [];
    Q.tell("selected");
  };

  /* The service's row of a unit for the shown year, or null. */
  function rowOf(record, row) {
    const service = Q.state.service, at = service ? Q.yearOf(service) : -1;
    if (at < 0 || record.role !== service.role) return null;
    const unit = service.codes.indexOf(record.codes[row]);
    return unit < 0 ? null : {service: service, unit: unit, at: at, row: service.rows[at][unit]};
  }

  /* The three figures: what is there, what is missing, what is new or planned this year. */
  function figures(found) {
    const service = found.service, columns = Q.columnsOf(service), year = Q.data.years[Q.state.year];
    const numbers = columns.planned || columns.new;
    const tiles = [[found.row[0], Q.word("have")], [found.row[1], Q.word("gap")]];
    const column = columns.quota.findIndex(function (each) { return each[0] === year; });
    if (numbers && found.unit !== null) {
      const value = column < 0 ? null : numbers[found.unit][column];
      tiles.push([value, year + " " + Q.word(columns.planned ? "planned" : "new")]);
    } else if (numbers) {
      tiles.push([column < 0 ? null : columns.quota[column][1], year + " " + Q.word("quota")]);
    } else {
      tiles.push([found.row[2], Q.word("unknown")]);
    }
    return tiles.map(function (tile) {
      const made = Q.make("div", "figure");
      const number = made.appendChild(Q.make("b", "", Q.number(tile[0])));
      if (typeof tile[0] === "number") number.appendChild(Q.make("small", "", " " + service.unit));
      if (tile[0] === "*") made.title = Q.word("withheld");
      made.appendChild(Q.make("span", "", tile[1]));
      return made;
    });
  }

  function banner() {
    const service = Q.state.service, at = service ? Q.yearOf(service) : -1;
    return at < 0 ? null : {service: service, unit: null, at: at, row: service.totals[at]};
  }

  function under(record, row) {
    const sumu = record.role === "unit.gacha" ? Q.sumu.get(Q.parents.get(record.codes[row])) : "";
    return [sumu, record.role ? "" : record.title, record.codes[row]].filter(Boolean).join(" · ");
  }

  function fillCard() {
    const selected = Q.state.selected, record = selected && selected.layer.record;
    const found = selected ? rowOf(record, selected.row) : banner();
    Q.byId("card").classList.toggle("empty", !selected);
    Q.byId("card-title").textContent = selected ? record.names[selected.row] : Q.word("banner");
    Q.byId("card-under").textContent = selected ? under(record, selected.row) : (found ? found.service.title : "");
    Q.byId("card-figures").replaceChildren(...(found ? figures(found) : []));
    const words = [];
    if (found && found.unit !== null) {
      const of = found.service.fills[found.at][found.unit];
      if (of >= 0) words.push(found.service.classes[of].title);
      if (found.row[4] >= 0) words.push(found.service.reasons[found.row[4]]);
    }
    Q.byId("card-reason").textContent = words.join(" · ");
    Q.byId("card-fields").replaceChildren(...(selected ? fields(record, selected.row) : []));
    Q.byId("card-more").replaceChildren(...more());
    if (Q.isPhone()) Q.map.invalidateSize({pan: false});  // the card gives and takes the map's room
    placeLeader();
  }

  function fields(record, row) {
    const made = [];
    if (record.classes[record.class_of[row]].title !== record.title) made.push([record.title, record.classes[record.class_of[row]].title]);
    record.fields.forEach(function (field) {
      if (field.of[row] >= 0) made.push([field.title, field.values[field.of[row]]]);
    });
    return made.map(function (pair) {
      const line = Q.make("div");
      line.append(Q.make("dt", "", pair[0]), Q.make("dd", "", pair[1]));
      return line;
    });
  }

  function more() {
    if (!Q.others.length) return [];
    const made = [Q.make("span", "", Q.word("also_here"))];
    Q.others.slice(0, 6).forEach(function (feature) {
      const record = feature.layer.record;
      const button = Q.make("button", "", record.title + " " + record.names[feature.row]);
      button.type = "button";
      button.addEventListener("click", function () {
        const rest = [Q.state.selected].concat(Q.others).filter(function (each) { return each && each !== feature; });
        Q.select(feature, rest);
      });
      made.push(button);
    });
    return made;
  }
  Q.others = [];

  /* Where a feature's leader ends. */
  Q.spot = function (feature) {
    const lines = Q.places(feature.layer)[feature.row], record = feature.layer.record;
    if (record.geometry === "MultiPolygon") {
      const label = record.labels.find(function (each) { return each[0] === feature.row; });
      return label ? Q.place(label[3], label[4]) : L.latLngBounds(lines[0]).getCenter();
    }
    return lines[0][Math.floor(lines[0].length / 2)];
  };

  function placeLeader() {
    const selected = Q.state.selected, line = Q.byId("leader").firstElementChild, card = Q.byId("card").getBoundingClientRect();
    Q.byId("leader").classList.toggle("on", Boolean(selected) && !Q.isPhone());
    if (!selected) return;
    const map = Q.map.getContainer().getBoundingClientRect(), at = Q.map.latLngToContainerPoint(Q.spot(selected));
    const x = map.left + at.x, y = map.top + at.y;
    line.setAttribute("x1", x);
    line.setAttribute("y1", y);
    line.setAttribute("x2", Math.max(card.left, Math.min(card.right, x)));
    line.setAttribute("y2", Math.max(card.top, Math.min(card.bottom, Math.max(card.top + 20, Math.min(card.bottom - 20, y)))));
  }

  Q.map.on("click", function (event) {
    const found = Q.under(event.latlng);
    Q.select(found[0] || null, found.slice(1));
  });
  Q.map.on("move zoom", placeLeader);
  Q.byId("card-close").addEventListener("click", function () { Q.select(null); });
  Q.byId("card-close").setAttribute("aria-label", Q.word("close"));
  document.addEventListener("keydown", function (event) { if (event.key === "Escape") Q.select(null); });
  Q.listeners.push(function (what) { if (what !== "view") fillCard(); });
})(window.QiTu);
