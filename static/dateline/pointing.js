// What the reader's hand does on the map: pointing, pressing, keys, and the card that opens.
// Methods of the board in map.js, which holds what they change.
"use strict";
(function (dl) {
  dl.pointing = {
    // A real button over each mark, for the keyboard and for readers that cannot see a canvas.
    _layKeys: function (frame) {
      const focused = document.activeElement && document.activeElement.dataset.spot;
      const nodes = this.groups.filter((g) => g.seen || g.chip).slice(0, 200).map((group) => {
        const row = group.top;
        const words = group.count > 1
          ? row.name + ": " + group.count + " events. Latest: " : row.name + ": ";
        const node = dl.button("dl-key", "", "", () => this.openGroup(group));
        node.setAttribute("aria-label", words + row.summary + ", " + row.tier + ", " + row.when);
        node.dataset.spot = group.key;
        node.style.left = (group.chip ? (group.chip[0] + group.chip[2]) / 2 : group.x) + "px";
        node.style.top = (group.chip ? (group.chip[1] + group.chip[3]) / 2 : group.y) + "px";
        node.addEventListener("focus", () => this._point(group));
        node.addEventListener("blur", () => this._leave());
        return node;
      });
      this.keys.replaceChildren(...nodes);
      const again = focused && nodes.find((node) => node.dataset.spot === focused);
      if (again) again.focus({ preventScroll: true });
    },
    _carryKeys: function (point, scale) {
      L.DomUtil.setTransform(this.keys, point, scale);
    },

    _spot: function (event) {
      const frame = this.stack.frame;
      const p = this.map.project(event.latlng, frame.zoom).subtract(frame.origin);
      return dl.pick(this.groups, p.x, p.y, event.originalEvent && event.originalEvent.pointerType === "touch" ? 14 : 5);
    },
    _click: function (event) {
      const group = this.stack.frame && this._spot(event);
      if (group) this.openGroup(group);
      else if (!this.card.node.hidden) this.close();
    },
    _hover: function (event) {
      if (!this.stack.frame || this.map._animatingZoom) return;
      this._point(this._spot(event));
    },
    _point: function (group) {
      if (group === this.focus.hover) return;
      this.focus.hover = group || null;
      this.map.getContainer().style.cursor = group ? "pointer" : "";
      this.stack.repaint(group && group.kind === "point" ? ["events"] : ["middle", "events"]);
      this.tip.hidden = !group;
      if (!group) return;
      this.tip.replaceChildren(dl.el("b", "", group.top.name), dl.el("span", "", group.count > 1
        ? group.count + " events; latest: " + group.top.summary : group.top.summary),
      dl.el("span", "dl-note", group.top.when + " · " + group.top.tier));
      const frame = this.stack.frame;
      const at = this.map.latLngToContainerPoint(this.map.unproject(L.point(group.x, group.y).add(frame.origin), frame.zoom));
      const size = this.map.getSize();
      this.tip.style.left = Math.max(8, Math.min(at.x + 16, size.x - this.tip.offsetWidth - 8)) + "px";
      this.tip.style.top = Math.max(8, Math.min(at.y + 16, size.y - this.tip.offsetHeight - 8)) + "px";
    },
    _leave: function () {
      if (this.focus.hover) this._point(null);
    },

    openGroup: function (group) {
      this._leave();
      if (group.count === 1) {
        this.open(group.top, group);
        return;
      }
      this.focus.row = null;
      this.focus.group = group;
      this._opened();
      this.card.list(group);
      this._reveal(group.top);
      this.stack.rearrange(["middle", "events"]);
      dl.writeParameter("event", null);
    },
    open: function (row, group, how) {
      this.focus.row = row;
      this.focus.group = dl.groupOf(this.groups, row);
      this._opened();
      const still = !!how && how.still; // nobody asked for it: leave the view and the focus alone
      this.card.event(row, group && group.count > 1 ? group : this.focus.group, still);
      if (!still) this._reveal(row);
      this.stack.rearrange(["middle", "events"]);
      dl.writeParameter("event", row.id);
    },
    _opened: function () {
      const active = document.activeElement;
      if (this.card.node.hidden) this.back = active && active.dataset.spot ? active.dataset.spot : null;
      this.map.getContainer().classList.add("dl-open");
    },
    close: function (how) {
      this.card.hide();
      this.focus.row = this.focus.group = null;
      this.map.getContainer().classList.remove("dl-open");
      this.stack.rearrange(["middle", "events"]);
      dl.writeParameter("event", null);
      if (how && how.still) return; // a filter closed it: the reader's focus is there
      const again = Array.from(this.keys.children).find((node) => node.dataset.spot === this.back);
      (again || this.map.getContainer()).focus({ preventScroll: true });
    },
    // Bring a place into the part of the map the card leaves free.
    _reveal: function (row) {
      const size = this.map.getSize();
      const narrow = size.x < 640;
      const right = narrow ? size.x : size.x - this.card.node.offsetWidth;
      const bottom = narrow ? size.y - this.card.node.offsetHeight : size.y;
      const lon = dl.nearX(row.x, this.stack.frame) * 360 - 180;
      const at = this.map.latLngToContainerPoint([row.lat, lon]);
      if (at.x > 40 && at.x < right - 40 && at.y > 40 && at.y < bottom - 40) return;
      this.map.panBy([at.x - right / 2, at.y - bottom / 2], { animate: !dl.calm() });
    },
  };
})(window.dateline);
