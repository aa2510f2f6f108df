// A stack of canvases that follow the Leaflet map: a little larger than the view, redrawn when
// the map has moved, carried along by CSS while it moves.
"use strict";
(function (dl) {
  const MARGIN = 0.22; // of the view on each side, so that a short pan shows no edge

  // layers: [{name, z, paint(context, frame)}], bottom first; arrange(frame) runs ahead of a draw
  // whenever the view or the data has changed (not when only the look of something has).
  dl.Stack = L.Layer.extend({
    initialize: function (layers, arrange) {
      this._sheets = layers;
      this._arrange = arrange;
      this._stale = new Set();
    },
    onAdd: function (map) {
      for (const layer of this._sheets) {
        const pane = map.createPane("dateline-" + layer.name);
        pane.style.zIndex = layer.z;
        pane.style.pointerEvents = "none";
        layer.canvas = dl.el("canvas", "dl-canvas leaflet-zoom-" + (map.options.zoomAnimation ? "animated" : "hide"));
        layer.canvas.setAttribute("aria-hidden", "true");
        layer.context = layer.canvas.getContext("2d");
        pane.appendChild(layer.canvas);
      }
      this.redraw();
    },
    onRemove: function () {
      for (const layer of this._sheets) layer.canvas.remove();
      cancelAnimationFrame(this._due);
    },
    getEvents: function () {
      return {
        moveend: this.redraw,
        viewreset: this.redraw,
        resize: this.redraw,
        move: this._follow,
        zoom: this._place,
        zoomanim: this._animate,
      };
    },
    // Draw everything, or the named layers only, at the next frame of the screen.
    redraw: function () {
      this._moved = true;
      this._ask();
    },
    rearrange: function (names) {
      this._changed = true;
      this.repaint(names);
    },
    repaint: function (names) {
      for (const name of names) this._stale.add(name);
      this._ask();
    },
    _ask: function () {
      if (!this._due) this._due = requestAnimationFrame(() => this._draw());
    },
    _draw: function () {
      this._due = 0;
      const map = this._map;
      if (!map || !map._loaded) return;
      if (map._animatingZoom) {
        this._ask();
        return;
      }
      if (this._moved) this.frame = this._measure();
      const frame = this.frame;
      if (frame.width < 2 || frame.height < 2) return;
      const started = performance.now();
      if (this._moved || this._changed) this._arrange(frame);
      for (const layer of this._sheets) {
        if (!this._moved && !this._stale.has(layer.name)) continue;
        const canvas = layer.canvas;
        const width = Math.round(frame.width * frame.dpr);
        const height = Math.round(frame.height * frame.dpr);
        if (canvas.width !== width || canvas.height !== height) {
          canvas.width = width;
          canvas.height = height;
          canvas.style.width = frame.width + "px";
          canvas.style.height = frame.height + "px";
        }
        const context = layer.context;
        context.setTransform(frame.dpr, 0, 0, frame.dpr, 0, 0);
        context.clearRect(0, 0, frame.width, frame.height);
        layer.paint(context, frame);
      }
      this._moved = this._changed = false;
      this._stale.clear();
      this._place();
      dl.lastDraw = { ms: performance.now() - started, zoom: frame.zoom };
      map.fire("dateline:drawn");
    },
    _measure: function () {
      const map = this._map;
      const size = map.getSize();
      const pad = size.multiplyBy(MARGIN).round();
      const corner = map.containerPointToLayerPoint([0, 0]).subtract(pad).round();
      const origin = map.getPixelOrigin().add(corner);
      const zoom = map.getZoom();
      const scale = 256 * Math.pow(2, zoom);
      const width = size.x + 2 * pad.x;
      const height = size.y + 2 * pad.y;
      return {
        zoom: zoom, scale: scale, origin: origin, width: width, height: height, pad: pad,
        size: size, dpr: Math.min(window.devicePixelRatio || 1, 3),
        corner: map.unproject(origin, zoom),
        // the view in the unit square, its middle, and functions from there to pixels
        box: [origin.x / scale, origin.y / scale, (origin.x + width) / scale, (origin.y + height) / scale],
        middle: (origin.x + width / 2) / scale,
        px: (x) => x * scale - origin.x,
        py: (y) => y * scale - origin.y,
      };
    },
    _place: function () {
      if (!this.frame) return;
      this._transform(this._map.getZoom(), this._map.getCenter());
    },
    _animate: function (event) {
      if (this.frame) this._transform(event.zoom, event.center);
    },
    _transform: function (zoom, center) {
      const scale = this._map.getZoomScale(zoom, this.frame.zoom);
      const point = this._map._latLngToNewLayerPoint(this.frame.corner, zoom, center);
      for (const layer of this._sheets) L.DomUtil.setTransform(layer.canvas, point, scale);
      if (this.onplace) this.onplace(point, scale);
    },
    // During a long drag the margin runs out: draw again before the edge shows.
    _follow: function () {
      const frame = this.frame;
      const map = this._map;
      if (!frame || map._animatingZoom || map.getZoom() !== frame.zoom) return;
      const now = map.getPixelOrigin().add(map.containerPointToLayerPoint([0, 0]));
      const left = now.x - frame.origin.x;
      const top = now.y - frame.origin.y;
      const spare = 8;
      if (
        left < spare || top < spare ||
        left + frame.size.x > frame.width - spare || top + frame.size.y > frame.height - spare
      ) {
        this.redraw();
      }
    },
  });

  // Whether a box on the canvas crosses the edge of what is seen, so that words in it were clipped.
  dl.cut = function (frame, box) {
    const [left, top] = [frame.pad.x, frame.pad.y];
    const [right, bottom] = [left + frame.size.x, top + frame.size.y];
    const outside = box[2] < left || box[0] > right || box[3] < top || box[1] > bottom;
    return !outside && (box[0] < left || box[2] > right || box[1] < top || box[3] > bottom);
  };
  // Which copies of the world the frame touches (0 is the one from 180 W to 180 E).
  dl.copies = function (frame) {
    const found = [];
    for (let k = Math.floor(frame.box[0]); k <= Math.floor(frame.box[2]); k++) found.push(k);
    return found;
  };
  // The copy of x nearest the middle of the view.
  dl.nearX = function (x, frame) {
    return x + Math.round(frame.middle - x);
  };
  // Add lines to the path under construction, leaving out points closer than half a pixel.
  dl.trace = function (context, lines, frame, copy, close) {
    const shift = copy * frame.scale - frame.origin.x;
    const scale = frame.scale;
    const top = frame.origin.y;
    const view = [frame.box[0] - copy, frame.box[1], frame.box[2] - copy, frame.box[3]];
    for (const line of lines) {
      if (!dl.meets(line.box, view)) continue;
      const xy = line.xy;
      let lastX = xy[0] * scale + shift;
      let lastY = xy[1] * scale - top;
      context.moveTo(lastX, lastY);
      const end = xy.length - 2;
      for (let i = 2; i <= end; i += 2) {
        const x = xy[i] * scale + shift;
        const y = xy[i + 1] * scale - top;
        if (i < end && Math.abs(x - lastX) < 0.5 && Math.abs(y - lastY) < 0.5) continue;
        context.lineTo(x, y);
        lastX = x;
        lastY = y;
      }
      if (close) context.closePath();
    }
  };
})(window.dateline);
