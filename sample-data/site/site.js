// Shows on each page what was decided about its visitor. A site does not need it.
document.addEventListener('muster:decided', function (event) {
  var lines = event.detail.decisions.map(function (one) {
    return one.intercept + (one.show ? ' is shown' : ' is not shown');
  });
  document.getElementById('decided').textContent = lines.join('\n') || 'No intercept is in force.';
});
