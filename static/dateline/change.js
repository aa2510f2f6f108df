// What changed between two days, or differs between imported lines and ours: hatched in the
// colour of whom it concerns. Gained rises to the right, lost falls, newly contested is crossed.
// And the lines of others beside ours: outlines only, since ours stand.
"use strict";
(function (dl) {
  dl.decodeChange = function (file) {
    const colours = {};
    for (const actor of file.actors || []) colours[actor.id] = actor.colour;
    return {
      actors: file.actors || [],
      words: file.words || {},
      title: file.title || "",
      note: file.note || "",
      items: (file.items || []).map(function (item) {
        const lines = item.shape.map(dl.line);
        return {
          actor: item.actor, kind: item.kind, lines: lines, box: dl.boxOf(lines),
          colour: colours[item.actor] || "#777777",
        };
      }),
    };
  };
  // The part of a difference for which `boxed(item)` holds, and its actors.
  dl.changeIn = function (change, boxed) {
    const items = change.items.filter(boxed);
    const named = new Set(items.map((item) => item.actor));
    const actors = change.actors.filter((actor) => named.has(actor.id));
    return Object.assign({}, change, { items: items, actors: actors });
  };
  function inView(frame, box) {
    return dl.copies(frame).some((k) =>
      dl.meets(box, [frame.box[0] - k, frame.box[1], frame.box[2] - k, frame.box[3]])
    );
  }
  dl.changeDash = function (kind) {
    return { lost: [2, 3], left: [2, 3], claimed: [6, 4] }[kind] || [];
  };
  dl.paintChange = function (context, frame, file) {
    if (!file) return;
    context.lineJoin = "round";
    for (const item of file.items) {
      if (!inView(frame, item.box)) continue;
      const colour = dl.tone(item.colour);
      context.beginPath();
      for (const copy of dl.copies(frame)) dl.trace(context, item.lines, frame, copy, true);
      if (item.kind === "gained") {
        context.fillStyle = dl.alpha(colour, 0.22);
        context.fill("evenodd");
      }
      if (item.kind !== "left") {
        context.fillStyle = dl.changeTexture(context, frame, item.kind, colour);
        context.fill("evenodd");
      }
      context.setLineDash(dl.changeDash(item.kind));
      context.lineWidth = item.kind === "gained" ? 1.8 : item.kind === "left" ? 2.6 : 1.2;
      context.strokeStyle = dl.alpha(colour, 0.95);
      context.stroke();
      context.setLineDash([]);
    }
  };

  const DRAWN = [11, 3, 2.5, 3]; // no line of our own is broken like this
  dl.decodeLines = function (file) {
    const known = new Map((file.actors || []).map((actor) => [actor.id, actor]));
    return (file.layers || []).map(function (layer) {
      const areas = layer.areas.map(function (area) {
        const lines = area.shape.map(dl.line);
        const actor = known.get(area.holder);
        return { actor: actor, colour: actor ? actor.colour : "#777777", lines: lines, box: dl.boxOf(lines) };
      });
      return Object.assign({}, layer, { areas: areas });
    });
  };
  // The layers that speak of a day.
  dl.linesOn = function (layers, day) {
    return (layers || []).filter((layer) => day && layer.on <= day && day <= layer.until);
  };
  function trace(context, frame, area) {
    context.beginPath();
    for (const copy of dl.copies(frame)) dl.trace(context, area.lines, frame, copy, true);
  }
  dl.paintLines = function (context, frame, layers) {
    context.lineJoin = "round";
    context.lineCap = "butt";
    for (const layer of layers) {
      for (const area of layer.areas) {
        if (!inView(frame, area.box)) continue;
        trace(context, frame, area);
        context.setLineDash([]);
        context.lineWidth = 5;
        context.strokeStyle = dl.palette.halo;
        context.stroke();
        context.setLineDash(DRAWN);
        context.lineWidth = 2.4;
        context.strokeStyle = dl.tone(area.colour);
        context.stroke();
      }
    }
    context.setLineDash([]);
  };
  dl.linesSign = function () {
    return dl.sign(22, 13, function (context) {
      context.setLineDash(DRAWN);
      context.lineWidth = 2.4;
      context.strokeStyle = dl.palette.ink;
      context.beginPath();
      context.moveTo(0, 6.5);
      context.lineTo(22, 6.5);
      context.stroke();
    });
  };
})(window.dateline);
