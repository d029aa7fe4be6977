site.page({"kind":"home","root":"","runs":[],"charts":[],"vega":"","templates":""});
