/* Finding a feature by name, code or pinyin (initials, whole syllables, mixed), with every reading of a character. */
"use strict";
(function (Q) {
  const MOST = 12, NO_HIT = 99, RANKS = ["unit.banner", "unit.sumu", "unit.gacha"];
  const readings = new Map(Object.keys(Q.data.readings).map(function (sign) { return [sign, Q.data.readings[sign]]; }));
  const query = Q.byId("query"), list = Q.byId("hits");
  let hits = [], current = 0;

  function fold(text) { return text.normalize("NFKC").toLowerCase().replace(/\s+/g, ""); }

  const places = [];
  Q.layers.forEach(function (layer) {
    const rank = RANKS.indexOf(layer.record.role);
    layer.record.names.forEach(function (name, row) {
      if (name) places.push({layer: layer, row: row, name: name, folded: fold(name), code: layer.record.codes[row].toLowerCase(),
        rank: rank < 0 ? RANKS.length : rank});
    });
  });

  /* Whether `typed` begins the pinyin of `name` from character `at`. */
  function spells(typed, name, at) {
    if (!typed) return true;
    if (at >= name.length) return false;
    const sign = name[at], own = readings.get(sign) || (/[a-z0-9]/.test(sign) ? [sign] : []);
    return own.some(function (reading) {
      if (reading[0] !== typed[0]) return false;
      if (reading.startsWith(typed) || spells(typed.slice(1), name, at + 1)) return true;
      return reading.length > 1 && typed.startsWith(reading) && spells(typed.slice(reading.length), name, at + 1);
    });
  }

  /* How well a query meets a place: 0 best. */
  function closeness(wanted, place) {
    const signs = Array.from(place.folded);
    if (place.folded.includes(wanted)) return place.folded === wanted ? 0 : place.folded.startsWith(wanted) ? 1 : 4;
    if (!/^[\x00-\x7f]+$/.test(wanted)) return NO_HIT;
    if (place.code.startsWith(wanted)) return 3;
    if (/^[a-z]/.test(wanted)) {
      if (spells(wanted, signs, 0)) return 2;
      for (let at = 1; at < signs.length; at += 1) if (spells(wanted, signs, at)) return 5;
    } else if (wanted.length >= 3 && place.code.endsWith(wanted)) {
      return 6;
    }
    return NO_HIT;
  }

  Q.find = function (text) {
    const wanted = fold(text);
    if (!wanted) return [];
    return places.map(function (place) { return [closeness(wanted, place), place]; })
      .filter(function (pair) { return pair[0] < NO_HIT; })
      .sort(function (one, other) {
        return one[0] - other[0] || one[1].rank - other[1].rank || one[1].name.length - other[1].name.length ||
          (one[1].code < other[1].code ? -1 : 1);
      }).slice(0, MOST).map(function (pair) { return pair[1]; });
  };

  function show() {
    list.replaceChildren(...hits.map(function (place, at) {
      const row = Q.make("li", at === current ? "current" : "");
      row.setAttribute("role", "option");
      const sumu = Q.sumu.get(Q.parents.get(place.layer.record.codes[place.row])) || "";
      row.append(Q.make("span", "", place.name), Q.make("small", "", [sumu, place.layer.record.title].filter(Boolean).join(" · ")));
      row.addEventListener("pointerdown", function (event) {
        event.preventDefault();
        choose(place);
      });
      return row;
    }));
    if (!hits.length && query.value.trim()) list.append(Q.make("li", "none", Q.word("nothing_found")));
    list.hidden = !query.value.trim();
    query.setAttribute("aria-expanded", String(!list.hidden));
  }

  function choose(place) {
    const record = place.layer.record;
    if (!record.role && !Q.state.shown.has(record.id)) {
      Q.state.shown.add(record.id);
      Q.tell("layers");
    }
    const bounds = L.latLngBounds(Q.places(place.layer)[place.row].flat());
    Q.map.fitBounds(bounds, {maxZoom: record.geometry === "Point" ? -5 : -6, padding: [60, 60], animate: false});
    Q.select({layer: place.layer, row: place.row});
    list.hidden = true;
    query.blur();
    document.body.classList.remove("searching");
  }

  query.addEventListener("input", function () {
    hits = Q.find(query.value);
    current = 0;
    show();
  });
  query.addEventListener("keydown", function (event) {
    if (event.key === "Enter" && hits.length) choose(hits[current]);
    if (event.key === "Escape") {
      list.hidden = true;
      query.blur();
      document.body.classList.remove("searching");
    }
    const step = {ArrowDown: 1, ArrowUp: -1}[event.key];
    if (step && hits.length) {
      current = (current + step + hits.length) % hits.length;
      event.preventDefault();
      show();
    }
    event.stopPropagation();
  });
  query.addEventListener("blur", function () { list.hidden = true; });
  query.addEventListener("focus", show);
  query.placeholder = Q.word("search_hint");
  Q.byId("show-search").setAttribute("aria-label", Q.word("search"));
  Q.byId("show-search").addEventListener("click", function () {
    document.body.classList.toggle("searching");
    query.focus();
  });
})(window.QiTu);
