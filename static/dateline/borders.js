// The strip along a border, and what a card says of the border near its place.
"use strict";
(function (dl) {
  const AWAY = 6; // pixels of a dash of the strip's edge
  dl.palettes.light.strip = "#a4562a";
  dl.palettes.dark.strip = "#d99a6c";

  // A file that the server is still making; null if it does not come, or is wanted no longer.
  dl.patient = async function (url, wanted) {
    for (let tries = 0; tries < 60 && wanted(); tries++) {
      try {
        const answer = await fetch(url);
        if (answer.ok) return await answer.json();
      } catch (error) {
        // the next try may find it
      }
      await new Promise((done) => setTimeout(done, 250 + 50 * tries));
    }
    return null;
  };
  dl.decodeBand = function (file) {
    const lines = (file.shape || []).map(dl.line);
    return { km: file.km, lines: lines, box: dl.boxOf(lines) };
  };
  // A quiet wash with a firm edge: it lies under the marks and over the zones.
  dl.paintBand = function (context, frame, band) {
    if (!band) return;
    context.save();
    context.beginPath();
    for (const copy of dl.copies(frame)) dl.trace(context, band.lines, frame, copy, true);
    context.fillStyle = dl.alpha(dl.palette.strip, 0.12);
    context.fill("evenodd");
    context.strokeStyle = dl.alpha(dl.palette.strip, 0.7);
    context.lineWidth = 1.2;
    context.setLineDash([AWAY, AWAY / 2]);
    context.stroke();
    context.restore();
  };
  dl.bandSign = function () {
    return dl.sign(22, 13, function (context) {
      context.fillStyle = dl.alpha(dl.palette.strip, 0.12);
      context.fillRect(0, 0, 22, 13);
      context.strokeStyle = dl.alpha(dl.palette.strip, 0.7);
      context.setLineDash([AWAY, AWAY / 2]);
      context.strokeRect(0.5, 0.5, 21, 12);
    });
  };
  dl.bandWords = function (km, of) {
    return "within " + km + " km of " + (of ? "the border of " + of : "a border");
  };

  // What the card says: how far, on which side, how exactly, by which lines, and the crossing.
  dl.borderWords = function (b) {
    const apart = b.high - b.low > 0.05;
    const side = b.side ? ", in " + b.side : b.low === 0 ? "; it may lie on either side" : "";
    const parts = [dl.km(b.km) + " from the " + b.pair.join("–") + " border" + side];
    const note = (text) => parts.push(dl.el("span", "dl-note", text));
    if (apart) note(dl.km(b.low) + " to " + dl.km(b.high) + ", as the place itself is uncertain.");
    if (b.dispute) note("Disputed line: " + b.dispute + ".");
    note("Boundary: " + b.set + "; measured along the ground to the nearest point of that line.");
    if (b.crossing) {
      note("Nearest known crossing there: " + b.crossing + ", " + dl.km(b.crossing_km) +
        (b.crossing_status ? " (" + b.crossing_status + ")." : "."));
    }
    return parts;
  };
})(window.dateline);
