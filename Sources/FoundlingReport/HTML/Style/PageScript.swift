/// The one script of the dashboard: it follows what is under way, and ticks boxes. Every page works without it.
package enum PageScript {
    package static let javaScript = """
        "use strict";
        (function () {
          var all = document.querySelector("[data-all]");
          if (all) {
            document.querySelector("[data-all-row]").hidden = false;
            all.addEventListener("change", function () {
              document.querySelectorAll("input[name=path]").forEach(function (box) { box.checked = all.checked; });
            });
          }
          var panel = document.querySelector("[data-activity]");
          if (!panel || !window.EventSource) { return; }
          var words = panel.querySelector("[data-words]");
          var bar = panel.querySelector("progress");
          var stages = {
            listing: "listing the store", reading: "reading the database", measuring: "measuring",
            confirming: "looking at dangling records once more", looking: "looking at each orphan again",
            moving: "moving aside", restoring: "putting back", purging: "removing", done: "finishing"
          };
          var source = new EventSource("/api/v1/activities/" + panel.dataset.activity + "/events");
          source.addEventListener("progress", function (event) {
            var activity = JSON.parse(event.data);
            var progress = activity.progress;
            if (activity.state === "queued") { words.textContent = "waiting for its turn"; return; }
            if (!progress) { return; }
            var text = stages[progress.stage] || progress.stage;
            if (progress.done > 0) {
              text += ": " + progress.done.toLocaleString("en") +
                (progress.of ? " of " + progress.of.toLocaleString("en") : "");
            }
            if (words.textContent !== text) { words.textContent = text; }
            if (progress.of) { bar.value = 100 * progress.done / progress.of; } else { bar.removeAttribute("value"); }
          });
          source.addEventListener("end", function () {
            source.close();
            // Whoever has begun to fill in a form must not lose it.
            var open = Array.prototype.some.call(document.querySelectorAll("main input"), function (field) {
              return field.type === "checkbox" ? field.checked : field.type !== "hidden" && field.value !== field.defaultValue;
            });
            if (!open) { window.location.reload(); } else { words.textContent = "ended: load this page again to see it"; }
          });
        })();

        """

    /// A foundling on a doorstep, as far as 16 pixels show one.
    package static let icon =
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 16 16\"><rect width=\"16\" height=\"16\" rx=\"3\" "
        + "fill=\"#2b6\"/><path d=\"M3 7a5 5 0 0 0 10 0z\" fill=\"#fff\"/>"
        + "<circle cx=\"8\" cy=\"5\" r=\"2\" fill=\"#fff\"/></svg>"
}
