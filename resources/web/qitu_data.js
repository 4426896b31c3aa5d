/* What the page knows: the data island, and small helpers.
   Text of the data reaches the page through textContent and attributes of our own only, never as markup. */
"use strict";
window.QiTu = {};
(function (Q) {
  Q.data = JSON.parse(document.getElementById("qitu-data").textContent);
  Q.map = map_qitu;  // made by folium's script

  Q.byId = function (id) { return document.getElementById(id); };

  Q.word = function (name) { return Q.data.words[name]; };

  /* An element with a class and, where given, a text. */
  Q.make = function (tag, kind, text) {
    const made = document.createElement(tag);
    if (kind) made.className = kind;
    if (text !== undefined) made.textContent = text;
    return made;
  };

  /* An element of a drawing. */
  Q.svg = function (tag, attributes) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const name of Object.keys(attributes || {})) {
      if (attributes[name] !== undefined && attributes[name] !== null) made.setAttribute(name, attributes[name]);
    }
    return made;
  };

  /* A place of the grid as Leaflet's pair: northing, easting, in metres from the origin. */
  Q.place = function (x, y) {
    return L.latLng(y * Q.data.grid.unit, x * Q.data.grid.unit);
  };

  /* Packed lines or rings (first vertex, then steps) as lists of places. */
  Q.unpack = function (packed) {
    return packed.map(function (line) {
      const places = [];
      let x = 0, y = 0;
      for (let at = 0; at < line.length; at += 2) {
        x += line[at];
        y += line[at + 1];
        places.push(Q.place(x, y));
      }
      return places;
    });
  };

  /* The map's scale 1:n now, for the pixels of a desk. */
  Q.scale = function () {
    return Math.pow(2, -Q.map.getZoom()) / (0.0254 / 96);
  };

  /* A whole number in groups of three; what is not known or not told as such. */
  Q.number = function (value) {
    if (value === null || value === undefined) return "—";
    return typeof value === "number" ? value.toLocaleString("en-US") : String(value);
  };

  Q.isPhone = function () { return window.matchMedia("(max-width: 719px)").matches; };

  /* What is shown now. year: a place in Q.data.years. */
  Q.state = {
    service: null, year: Math.max(0, Q.data.years.indexOf(Q.data.year)), selected: null, shown: new Set(), variant: 0, before: null
  };
  Q.listeners = [];

  /* Tell every part that something changed: "layers", "theme", "year", "selected", "view". */
  Q.tell = function (what) {
    for (const listener of Q.listeners) listener(what);
  };

  /* The place of the shown year (under the shown scheme) in a service's own years, -1 where it has none for it.
     before: of the left side of a swipe. A year under scheme number n has the key n * 10000 + year. */
  Q.yearOf = function (service, before) {
    const state = before ? Q.state.before : Q.state, own = service.plans && service.plans[state.variant] ? state.variant : 0;
    return service.years.indexOf(own * 10000 + Q.data.years[state.year]);
  };

  /* Whether a service is told for a year of the page under the shown scheme; no service is told for all. */
  Q.tells = function (service, at) {
    const own = service && service.plans && service.plans[Q.state.variant] ? Q.state.variant : 0;
    return !service || service.years.includes(own * 10000 + Q.data.years[at]);
  };

  /* What stands in columns: a scheme's cells, or what was new by year. */
  Q.columnsOf = function (service, before) {
    const variant = (before ? Q.state.before : Q.state).variant;
    return service.plans && service.plans[variant] || service;
  };
  /* Px of the radius of a number's circle at a scale: areas are as numbers, the greatest has the largest. */
  Q.radius = function (number, circles, scale) {
    const sizes = Q.data.sizes, most = Math.max(sizes.circle_least, Math.min(sizes.circle, sizes.circle * sizes.circle_near / scale));
    return most / 2 * Math.sqrt(number / circles.largest);
  };
  Q.sumu = new Map(Q.data.sumu);
  Q.parents = new Map(Q.data.parents);
})(window.QiTu);
