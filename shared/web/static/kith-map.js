// Makes the drawn map one that can be moved, from the same data. Where anything is missing the drawing stays.
const BORDER = { color: "#768692", weight: 1, fillColor: "#f0f4f5", fillOpacity: 1, interactive: false };
const HOME = { radius: 18, color: "#005eb8", weight: 1, fillColor: "#005eb8", fillOpacity: 0.15, interactive: false };
const ROOM = [40, 40]; // pixels around the dots
const NEAREST = 15;
const SIZE = 28; // pixels

const box = document.querySelector("[data-kith-map]");
if (box && window.L) enhance(box, window.L);

async function enhance(box, L) {
  const answer = await fetch(box.dataset.kithMap);
  if (!answer.ok) return;
  const { features } = await answer.json();
  const frame = document.createElement("div");
  frame.className = "kith-map__live";
  box.querySelector("svg").replaceWith(frame);

  const map = L.map(frame, { zoomControl: false, attributionControl: false, maxZoom: NEAREST });
  L.control.zoom({ zoomInTitle: box.dataset.zoomIn, zoomOutTitle: box.dataset.zoomOut }).addTo(map);
  const shown = L.featureGroup();
  const land = L.geoJSON(features.filter((each) => each.geometry.type !== "Point"), { style: BORDER }).addTo(map);
  const points = features.filter((each) => each.geometry.type === "Point");
  points.filter((each) => each.properties.home).forEach((each) => L.circleMarker(place(each), HOME).addTo(shown));
  const pins = points.filter((each) => !each.properties.home).map((each) => pin(L, each).addTo(shown));
  shown.addTo(map);
  map.on("zoomend", () => spread(L, map, pins));
  map.fitBounds((shown.getLayers().length ? shown : land).getBounds(), { padding: ROOM, maxZoom: NEAREST - 1 });
  spread(L, map, pins);
}

function pin(L, feature) {
  const { number, name, href } = feature.properties;
  const marker = L.marker(place(feature), { icon: icon(L, number, 0), title: name, number });
  return marker.on("click", () => {
    window.location.hash = href;
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
    html: String(Number(number)),
    iconSize: [SIZE, SIZE],
    iconAnchor: [middle - aside * SIZE, middle],
  });
}

function place({ geometry }) {
  return [geometry.coordinates[1], geometry.coordinates[0]];
}
