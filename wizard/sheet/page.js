
(function () {
  "use strict";
  var told = document.getElementById("told");
  var timer;
  function tell(text) {
    clearTimeout(timer);
    told.textContent = "";
    // A moment later, so that the same words twice are read out twice.
    setTimeout(function () { told.textContent = text; }, 50);
    timer = setTimeout(function () { told.textContent = ""; }, 4000);
  }
  function select(element) {
    var range = document.createRange();
    range.selectNodeContents(element);
    var selection = window.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  }
  // For pages from a file, and for browsers that refuse the clipboard.
  function copyBySelection(text) {
    var area = document.createElement("textarea");
    area.value = text;
    area.setAttribute("readonly", "");
    area.setAttribute("aria-hidden", "true");
    document.body.appendChild(area);
    area.select();
    var done = false;
    try { done = document.execCommand("copy"); } catch (refused) { done = false; }
    area.remove();
    return done;
  }
  function copy(button) {
    var element = document.getElementById(button.dataset.copies);
    var text = element.textContent;
    var what = button.getAttribute("aria-label").replace(/^Copy: /, "");
    function ended(done) {
      button.focus();
      if (done) { tell("Copied: " + what); return; }
      select(element);
      tell("Not copied. The value is selected: press Ctrl+C, or Command+C.");
    }
    if (navigator.clipboard && window.isSecureContext) {
      navigator.clipboard.writeText(text).then(function () { ended(true); }, function () { ended(copyBySelection(text)); });
      return;
    }
    ended(copyBySelection(text));
  }
  var buttons = document.querySelectorAll("button[data-copies]");
  for (var i = 0; i < buttons.length; i++) {
    buttons[i].hidden = false;
    buttons[i].addEventListener("click", function () { copy(this); });
  }
  var values = document.querySelectorAll(".value");
  for (var j = 0; j < values.length; j++) {
    values[j].addEventListener("focus", function () { select(this); });
  }
})();
