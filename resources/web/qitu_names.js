/* Names on the map: placed greedily by importance; boxes never touch, and a name without a place comes back nearer in. */
"use strict";
(function (Q) {
  const RANKS = {banner: [15, 700, 8], sumu: [14, 500, 10], gacha: [12.5, 400, 30], place: [12, 400, 40],
    river: [12.5, 400, 50], lake: [12, 400, 51], road: [11, 500, 60]};
  const FULL_FROM = 300000, BANNER_FROM = 2500000, NEARER = 1.3, MOST = 250;
  const measure = document.createElement("canvas").getContext("2d");
  const family = getComputedStyle(document.body).fontFamily;
  let group = null;

  /* Every name that wants a place: [importance, text, rank, place, reach of the sign there]. */
  function requests() {
    const scale = Q.scale(), view = Q.map.getBounds(), found = [];
    Q.layers.forEach(function (layer) {
      const record = layer.record, rank = RANKS[record.rank];
      if (!rank || !record.labels.length || !Q.state.shown.has(record.id)) return;
      if (record.label_scale && scale > record.label_scale * NEARER) return;
      if (record.rank === "banner" && scale < BANNER_FROM) return;
      const flags = Q.classesAt(record, scale);
      record.labels.forEach(function (label) {
        if (!flags[record.class_of[label[0]]]) return;
        const place = Q.place(label[3], label[4]);
        if (!view.contains(place)) return;
        const selected = Q.state.selected && Q.state.selected.layer === layer && Q.state.selected.row === label[0];
        found.push([selected ? 0 : rank[2], scale <= FULL_FROM || selected ? label[2] : label[1], record.rank, place,
          record.geometry === "Point" || record.role ? 7 : 0]);
      });
    });
    return found.sort(function (one, other) { return one[0] - other[0]; }).slice(0, 4 * MOST);
  }

  function placeNames() {
    if (group) group.remove();
    group = L.layerGroup();
    const pane = Q.map.getPane("names") || Q.map.createPane("names");
    pane.style.zIndex = 410;
    pane.style.pointerEvents = "none";
    const size = Q.map.getSize(), taken = [];
    (Q.columnBoxes || []).forEach(function (box) {
      const at = Q.map.latLngToContainerPoint(box[0]);
      taken.push([at.x - box[1], at.y - box[2], at.x + box[1], at.y + (box[3] || 2)]);
    });
    let count = 0;
    const columns = taken.length;
    requests().forEach(function (each) {
      if (count >= MOST) return;
      const rank = RANKS[each[2]], at = Q.map.latLngToContainerPoint(each[3]);
      measure.font = rank[1] + " " + rank[0] + "px " + family;
      const width = measure.measureText(each[1]).width + 4, height = rank[0] * 1.25, reach = each[4];
      const spots = reach ? [[reach, -height / 2], [-reach - width, -height / 2], [-width / 2, reach - 2], [-width / 2, -reach - height + 2],
        [reach, -height], [reach, 0], [-reach - width, -height], [-reach - width, 0]] : [[-width / 2, -height / 2]];
      const free = spots.find(function (spot) {
        const box = [at.x + spot[0], at.y + spot[1], at.x + spot[0] + width, at.y + spot[1] + height];
        if (box[0] < 0 || box[1] < 0 || box[2] > size.x || box[3] > size.y) return false;
        return taken.every(function (one) {
          return box[0] >= one[2] || box[2] <= one[0] || box[1] >= one[3] || box[3] <= one[1];
        });
      });
      if (!free) return;
      count += 1;
      taken.push([at.x + free[0], at.y + free[1], at.x + free[0] + width, at.y + free[1] + height]);
      group.addLayer(L.marker(each[3], {pane: "names", interactive: false, keyboard: false, icon: L.divIcon({
        className: "name name-" + each[2], html: Q.make("span", "", each[1]), iconSize: [width, height],
        iconAnchor: [-free[0], -free[1]]})}));
    });
    group.addTo(Q.map);
    Q.nameBoxes = taken.slice(columns);
  }

  Q.listeners.push(placeNames);
  Q.map.on("movestart", function () { Q.nameBoxes = []; });
})(window.QiTu);
