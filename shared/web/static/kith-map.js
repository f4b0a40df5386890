// Makes the drawn map one that can be moved, from what the drawing holds. Where anything is missing the drawing stays.
const BORDER = { color: "#768692", weight: 1, fillColor: "#f0f4f5", fillOpacity: 1, interactive: false };
const NAME = { permanent: true, direction: "center", className: "kith-map__label" };
const HOME = { radius: 18, color: "#005eb8", weight: 1, fillColor: "#005eb8", fillOpacity: 0.15, interactive: false };
const ROOM = [40, 40]; // pixels around the dots
const NEAREST = 15;
const SIZE = 28; // pixels

const box = document.querySelector("[data-kith-map]");
if (box && window.L) enhance(box, window.L);

function enhance(box, L) {
  const drawing = box.querySelector("svg");
  const land = L.featureGroup(Array.from(drawing.querySelectorAll("[data-rings]"), (each) => area(L, each)));
  const home = Array.from(drawing.querySelectorAll(".kith-map__home"), (each) => L.circleMarker(place(each), HOME));
  const pins = Array.from(drawing.querySelectorAll("[data-number]"), (each) => pin(L, each));
  const frame = document.createElement("div");
  frame.className = "kith-map__live";
  drawing.replaceWith(frame);

  const map = L.map(frame, { zoomControl: false, attributionControl: false, maxZoom: NEAREST });
  L.control.zoom({ zoomInTitle: box.dataset.zoomIn, zoomOutTitle: box.dataset.zoomOut }).addTo(map);
  land.addTo(map);
  const shown = L.featureGroup(home.concat(pins)).addTo(map);
  map.on("zoomend", () => spread(L, map, pins));
  const all = shown.getLayers().length ? shown : land;
  map.fitBounds(all.getBounds(), { padding: ROOM, maxZoom: NEAREST - 1 });
  spread(L, map, pins);
}

function area(L, path) {
  return L.polygon(rings(path), BORDER).bindTooltip(path.dataset.name, NAME);
}

function pin(L, dot) {
  const number = Number(dot.dataset.number);
  const address = dot.getAttribute("href");
  const marker = L.marker(place(dot), { icon: icon(L, number, 0), title: dot.getAttribute("aria-label"), number });
  return marker.on("click", () => {
    window.location.hash = address;
  });
}

// Where others stand on the same spot a pin stands beside them, as far apart as fingers need.
function spread(L, map, pins) {
  const taken = [];
  pins.forEach((each) => {
    const at = map.latLngToLayerPoint(each.getLatLng());
    let aside = 0;
    while (taken.some((other) => Math.hypot(other.x - at.x - aside * SIZE, other.y - at.y) < SIZE)) aside += 1;
    taken.push({ x: at.x + aside * SIZE, y: at.y });
    each.setIcon(icon(L, each.options.number, aside));
  });
}

function icon(L, number, aside) {
  const middle = SIZE / 2;
  return L.divIcon({
    className: "kith-map__pin",
    html: String(number),
    iconSize: [SIZE, SIZE],
    iconAnchor: [middle - aside * SIZE, middle],
  });
}

function place(element) {
  return element.dataset.at.split(",").map(Number);
}

function rings(path) {
  return path.dataset.rings.split(";").map((ring) => ring.split(" ").map((each) => each.split(",").map(Number)));
}
