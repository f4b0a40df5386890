// Makes the drawn map one that can be moved, from the same data. Where anything is missing the drawing stays.
const BORDER = { color: "#768692", weight: 1, fillColor: "#f0f4f5", fillOpacity: 1, interactive: false };
const HOME = { radius: 18, color: "#005eb8", weight: 1, fillColor: "#005eb8", fillOpacity: 0.15, interactive: false };
const ROOM = [40, 40]; // pixels around the dots
const NEAREST = 15;

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
  features.filter((each) => each.geometry.type === "Point").forEach((each) => point(L, each).addTo(shown));
  shown.addTo(map);
  map.fitBounds((shown.getLayers().length ? shown : land).getBounds(), { padding: ROOM, maxZoom: NEAREST - 1 });
}

function point(L, { geometry, properties }) {
  const at = [geometry.coordinates[1], geometry.coordinates[0]];
  if (properties.home) return L.circleMarker(at, HOME);
  const icon = L.divIcon({ className: "kith-map__pin", html: String(Number(properties.number)), iconSize: [28, 28] });
  const marker = L.marker(at, { icon, title: properties.name, alt: `${properties.number}, ${properties.name}` });
  return marker.on("click", () => {
    window.location.hash = properties.href;
  });
}
