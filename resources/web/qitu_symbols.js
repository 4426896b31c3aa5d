/* Symbols of the catalogue as SVG: hatches, point symbols, swatches of the legend. */
"use strict";
(function (Q) {
  const forms = {
    diagonal: function (p) { return turned(p, 45); },
    back_diagonal: function (p) { return turned(p, -45); },
    stripes: function (p) { return turned(p, 45); },
    horizontal: function (p) {
      return [p.gap, p.gap, 0, [stroke(p, 0, p.gap / 2, p.gap, p.gap / 2)]];
    },
    grid: function (p) {
      return [p.gap, p.gap, 0, [stroke(p, 0, p.gap / 2, p.gap, p.gap / 2), stroke(p, p.gap / 2, 0, p.gap / 2, p.gap)]];
    },
    plus: function (p) {
      const half = p.gap / 2, arm = p.gap * 0.17;
      return [p.gap, p.gap, 0, [stroke(p, half - arm, half, half + arm, half), stroke(p, half, half - arm, half, half + arm)]];
    },
    dots: function (p) {
      const row = p.gap * 0.78;
      return [p.gap, 2 * row, 0, [[p.gap / 4, row / 2], [p.gap * 0.75, row * 1.5]].map(function (at) {
        return Q.svg("circle", {cx: at[0], cy: at[1], r: Math.max(p.width, 0.6), fill: p.colour});
      })];
    }
  };

  function stroke(p, x1, y1, x2, y2) {
    return Q.svg("line", {x1: x1, y1: y1, x2: x2, y2: y2, stroke: p.colour, "stroke-width": p.width});
  }

  function turned(p, angle) {
    const dash = p.dash.length ? p.dash[0] + p.dash[1] : p.gap;
    return [p.gap, dash, angle, [stroke(p, p.gap / 2, 0, p.gap / 2, p.dash.length ? p.dash[0] : dash)]];
  }

  const known = new Map();

  /* The paint "url(#...)" of a hatch; each hatch is defined once. */
  Q.hatch = function (pattern) {
    const key = JSON.stringify(pattern);
    if (!known.has(key)) {
      const id = "hatch" + known.size;
      const made = (forms[pattern.form] || forms.diagonal)(pattern);
      const tile = Q.svg("pattern", {id: id, width: made[0], height: made[1], patternUnits: "userSpaceOnUse",
        patternTransform: made[2] ? "rotate(" + made[2] + ")" : null});
      made[3].forEach(function (part) { tile.appendChild(part); });
      Q.byId("patterns").firstElementChild.appendChild(tile);
      known.set(key, "url(#" + id + ")");
    }
    return known.get(key);
  };

  const shapes = {
    ellipse: function (shape) {
      const a = shape.points[0], b = shape.points[1];
      return Q.svg("ellipse", {cx: (a[0] + b[0]) / 2, cy: (a[1] + b[1]) / 2, rx: (b[0] - a[0]) / 2, ry: (b[1] - a[1]) / 2});
    },
    polygon: function (shape) { return Q.svg("polygon", {points: shape.points.join(" ")}); },
    line: function (shape) { return Q.svg("polyline", {points: shape.points.join(" ")}); },
    arc: function (shape) {
      const r = shape.points[1][0], start = shape.points[2][0] * Math.PI / 180, sweep = shape.points[2][1] * Math.PI / 180;
      const end = start + sweep;
      return Q.svg("path", {d: ["M", r * Math.cos(start), -r * Math.sin(start), "A", r, r, 0, sweep > Math.PI ? 1 : 0, 0,
        r * Math.cos(end), -r * Math.sin(end)].join(" ")});
    },
    glyph: function (shape) {
      const made = Q.svg("text", {"text-anchor": "middle", "dominant-baseline": "central", "font-weight": 700,
        "font-size": shape.points[0][0]});
      made.textContent = shape.text;
      return made;
    },
    icon: function (shape) {
      const a = shape.points[0], b = shape.points[1], icon = Q.data.icons[shape.text];
      const made = Q.svg("svg", {x: a[0], y: a[1], width: b[0] - a[0], height: b[1] - a[1], viewBox: icon.box});
      icon.paths.forEach(function (d) { made.appendChild(Q.svg("path", {d: d})); });
      return made;
    }
  };

  /* A point symbol as a drawing `side` px wide with its point in the middle. */
  Q.sign = function (symbol, side, turn) {
    const made = Q.svg("svg", {width: side, height: side, viewBox: [-side / 2, -side / 2, side, side].join(" ")});
    const group = made.appendChild(Q.svg("g", {transform: turn ? "rotate(" + turn + ")" : null}));
    (symbol.marker || []).forEach(function (shape) {
      const part = shapes[shape.kind](shape);
      part.setAttribute("fill", shape.fill || "none");
      if (shape.stroke) {
        part.setAttribute("stroke", shape.stroke);
        part.setAttribute("stroke-width", shape.width || 1);
        if (shape.dash) part.setAttribute("stroke-dasharray", shape.dash.join(" "));
      }
      group.appendChild(part);
    });
    return made;
  };

  /* A swatch of the legend, 26 x 14. */
  Q.swatch = function (symbol, geometry) {
    const made = Q.svg("svg", {width: 26, height: 14, viewBox: "0 0 26 14", class: "swatch"});
    if (geometry === "MultiLineString") {
      (symbol.strokes || []).forEach(function (each) {
        made.appendChild(Q.svg("line", {x1: 0, y1: 7, x2: 26, y2: 7, stroke: each.colour, "stroke-width": each.width,
          "stroke-dasharray": each.dash.join(" ") || null}));
      });
    } else if (geometry === "MultiPolygon") {
      const box = {x: 0.5, y: 0.5, width: 25, height: 13};
      if (symbol.fill) made.appendChild(Q.svg("rect", Object.assign({fill: symbol.fill}, box)));
      (symbol.patterns || []).forEach(function (each) {
        made.appendChild(Q.svg("rect", Object.assign({fill: Q.hatch(each)}, box)));
      });
      if (symbol.band) {
        made.appendChild(Q.svg("rect", {x: 1, y: 0.5 + symbol.band.width / 2, width: 25, height: symbol.band.width,
          fill: symbol.band.colour}));
      }
      const lines = symbol.strokes || [];
      (lines.length ? lines : [{colour: "#B9C0BA", width: 1, dash: []}]).forEach(function (each) {
        made.appendChild(Q.svg("rect", Object.assign({fill: "none", stroke: each.colour, "stroke-width": Math.min(each.width, 3),
          "stroke-dasharray": each.dash.join(" ") || null}, box)));
      });
      if (symbol.marker) place(made, symbol);
    } else {
      place(made, symbol);
    }
    return made;
  };

  function place(made, symbol) {
    const sign = Q.sign(symbol, 14);
    sign.setAttribute("x", 6);
    sign.setAttribute("width", 14);
    sign.setAttribute("viewBox", "-9 -9 18 18");
    made.appendChild(sign);
  }
})(window.QiTu);
